package io.speckv.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.kit.wire.MethodSettings;
import io.speckv.proto.v1.Method;
import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.method.Methods;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class MethodArgumentsTest {
    @TempDir
    Path folder;

    @Command(name = "asks")
    private static final class Asks {
        @Mixin
        MethodArguments method = new MethodArguments();
    }

    private static MethodArguments given(String... arguments) {
        return CommandLine.populateCommand(new Asks(), arguments).method;
    }

    private String config(String yaml) throws IOException {
        return Files.writeString(folder.resolve("method.yaml"), yaml).toString();
    }

    @Test
    void withoutOptionsALocalRunIsFullAndARequestLeavesTheMethodToTheRouter() throws IOException {
        assertThat(given().isGiven()).isFalse();
        assertThat(given().method()).isEqualTo(Methods.of("full", Map.of()));
        assertThat(given().toProto()).isEqualTo(Method.getDefaultInstance());
    }

    @ParameterizedTest
    @CsvSource({"--method, snapkv", "--set, window_size=8", "--preset, paper"})
    void anyOptionIsSomethingGiven(String option, String value) {
        assertThat(given(option, value).isGiven()).isTrue();
    }

    @Test
    void aFileAloneIsSomethingGiven() throws IOException {
        assertThat(given("--config", config("sparse_type: snapkv\n")).isGiven()).isTrue();
    }

    @Test
    void theCommandLineWinsOverTheFile() throws IOException {
        String config = config("window_size: 8\nkernel_size: 3\n");
        MethodArguments given = given("--method", "snapkv", "--config", config, "--set", "window_size=16");

        assertThat(given.method()).isEqualTo(Methods.of("snapkv", Map.of("window_size", 16, "kernel_size", 3)));
        assertThat(MethodSettings.toMap(given.toProto())).isEqualTo(Map.of("window_size", 16, "kernel_size", 3));
    }

    @Test
    void aPresetIsASettingToo() throws IOException {
        MethodArguments given = given("--method", "speckv", "--preset", "paper");

        assertThat(given.method()).isEqualTo(Methods.of("speckv", Map.of("preset", "paper")));
        assertThat(MethodSettings.toMap(given.toProto())).isEqualTo(Map.of("preset", "paper"));
    }

    @Test
    void settingsAloneAreForTheRoutersMethod() throws IOException {
        Method asked = given("--set", "window_size=8").toProto();

        assertThat(asked.getName()).isEmpty();
        assertThat(MethodSettings.toMap(asked)).isEqualTo(Map.of("window_size", 8));
    }

    @Test
    void aKeyOfABlockJoinsTheBlockOfTheFile() throws IOException {
        String config = config("specpc: {window_size: 4, kernel_size: 3}\n");
        MethodArguments given = given(
                "--method",
                "speckv-pc",
                "--config",
                config,
                "--set",
                "specpc.window_size=8",
                "--set",
                "speckv.window_size=6");
        Map<String, Object> blocks =
                Map.of("specpc", Map.of("window_size", 8, "kernel_size", 3), "speckv", Map.of("window_size", 6));

        assertThat(MethodSettings.toMap(given.toProto())).isEqualTo(blocks);
        assertThat(given.method()).isEqualTo(Methods.of("speckv-pc", blocks));
    }

    @Test
    void aFileMayNameItsMethodAsThePapersDo() throws IOException {
        String flat = config("sparse_type: snapkv\nwindow_size: 8\n");
        assertThat(given("--config", flat).method()).isEqualTo(Methods.of("snapkv", Map.of("window_size", 8)));
        assertThat(given("--config", flat).toProto().getName()).isEqualTo("snapkv");

        String block = config("sparse_config: {sparse_type: specpc, window_size: 8}\n");
        assertThat(given("--config", block).method().name()).isEqualTo("specpc");
        assertThat(given("--config", block).toProto().getName()).isEqualTo("specpc");
    }

    @ParameterizedTest
    @CsvSource({"window_size: 8", "'sparse_config: {window_size: 8}'", "sparse_config: snapkv"})
    void aFileThatNamesNoneNeedsAMethod(String yaml) throws IOException {
        MethodArguments given = given("--config", config(yaml));
        String told = "--config " + folder.resolve("method.yaml")
                + " names no method (its key sparse_type); say --method NAME";

        assertThatThrownBy(given::method)
                .isInstanceOf(WrongInputException.class)
                .hasMessage(told);
        assertThatThrownBy(given::toProto)
                .isInstanceOf(WrongInputException.class)
                .hasMessage(told);
    }

    @Test
    void aLocalRunKnowsWhatIsWrongAtOnce() {
        assertThatThrownBy(() -> given("--method", "snapkw").method())
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("snapkw")
                .hasMessageContaining("snapkv");
        assertThatThrownBy(() -> given("--set", "window_size=8").method())
                .as("full has no settings")
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("window_size");
    }
}
