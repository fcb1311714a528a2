package io.speckv.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.bench.EngineBench;
import io.speckv.bench.ModelSize;
import io.speckv.bench.peers.Peer;
import io.speckv.cli.options.WrongInputException;
import io.speckv.engine.torch.HardwareLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@ResourceLock(Resources.SYSTEM_OUT)
class PeerArgumentsTest {
    private static final ModelSize TINY = ModelSize.parse("tiny");

    @TempDir
    Path folder;

    @Command(name = "measures")
    private static final class Measures {
        @Mixin
        PeerArguments others = new PeerArguments();
    }

    private static PeerArguments given(String... arguments) {
        return CommandLine.populateCommand(new Measures(), arguments).others;
    }

    private static EngineBench.Line ours(String precision, int prompt, double prefill, double decode) {
        return new EngineBench.Line(
                "tiny", precision, prompt, 1, prefill, 0.5, decode, 0.5, 2, 1, new HardwareLimits(1e12, 1e10));
    }

    private List<PeerArguments.Row> run(PeerArguments others, EngineBench.Line... ours) throws IOException {
        return others.run(others.peers(), folder.resolve("checkpoint"), TINY.shape(), List.of(ours));
    }

    @Test
    void peersAreRunAsTheyAreNamedInAnyCase() {
        assertThat(given("--peers", "Jlama,VLLM,llama.cpp").peers())
                .extracting(Peer::label)
                .containsExactly("jlama", "vllm", "llama.cpp");
        assertThat(given().peers()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "vllm ", "tensorrt"})
    void anUnknownOneIsToldWhichThereAre(String name) {
        PeerArguments given = given("--peers", "vllm," + name);

        assertThatThrownBy(given::peers)
                .isInstanceOf(WrongInputException.class)
                .hasMessage("--peers is '" + name + "'; use llama.cpp or vllm or jlama");
    }

    @Test
    void aPeerThatIsNotInstalledHasARowWithTheWayToInstallIt() throws IOException {
        PeerArguments others = given("--peers", "vllm,llama.cpp", "--peers-dir", folder.toString());

        assertThat(run(others, ours("fp32", 64, 100, 10)))
                .extracting(row -> ((PeerArguments.Unavailable) row).peer())
                .containsExactly("vllm", "llama.cpp");
        assertThat(run(others, ours("fp32", 64, 100, 10)).get(0))
                .isInstanceOfSatisfying(PeerArguments.Unavailable.class, row -> {
                    assertThat(row.precision()).isEqualTo("fp32");
                    assertThat(row.reason()).contains("not installed in " + folder, "bench/peers/install");
                });
    }

    /** Installs a peer that runs in a Java of its own, with a program in that Java's place. */
    private PeerArguments installed(String program) throws IOException {
        Files.createDirectories(folder.resolve("jlama"));
        Files.writeString(folder.resolve("jlama/jlama-core-0.8.4.jar"), "");
        Path java = Files.writeString(folder.resolve("java"), "#!/bin/sh\n" + program + "\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        return given("--peers", "jlama", "--peers-dir", folder.toString(), "--peer-java", java.toString());
    }

    private static String speed(int prompt, int prefill, int decode) {
        return "{\"promptTokens\": %d, \"prefillTokensPerSecond\": %d, \"decodeTokensPerSecond\": %d}"
                .formatted(prompt, prefill, decode);
    }

    @Test
    void aSpeedIsComparedWithOursAtTheSameLength() throws IOException {
        PeerArguments others = installed("echo '[" + speed(64, 50, 20) + "," + speed(128, 300, 5) + "]'");

        assertThat(run(others, ours("bf16", 64, 100, 10), ours("bf16", 128, 100, 10)))
                .containsExactly(
                        new PeerArguments.Measured("jlama", "bf16", 64, 50, 0.5, 20, 2),
                        new PeerArguments.Measured("jlama", "bf16", 128, 300, 3, 5, 0.5));
    }

    @Test
    void aPeerThatFailsOrSaysTooLittleIsARowAndNoFailure() throws IOException {
        EngineBench.Line[] two = {ours("bf16", 64, 100, 10), ours("bf16", 128, 100, 10)};

        assertThat(run(installed("echo 'no such class' >&2; exit 3"), two))
                .containsExactly(new PeerArguments.Unavailable("jlama", "bf16", "exit status 3: no such class"));
        assertThat(run(installed("echo '[" + speed(64, 50, 20) + "]'"), two))
                .containsExactly(new PeerArguments.Unavailable("jlama", "bf16", "printed 1 speeds instead of 2"));
        assertThat(run(installed("echo '[]'"), ours("int8", 64, 100, 10)))
                .extracting(row -> ((PeerArguments.Unavailable) row).reason())
                .containsExactly("has no int8 weights to compare; use bf16");
    }

    @Test
    void withoutOurOwnLinesThereIsNothingToCompare() throws IOException {
        assertThat(run(installed("echo '[]'"))).isEmpty();
    }
}
