package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.kit.server.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckMainTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        try {
            return CheckMain.run(
                    List.of(arguments),
                    new PrintStream(out, true, StandardCharsets.UTF_8),
                    new PrintStream(err, true, StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aRouterThatAnswersPasses() throws Exception {
        try (RouterRig rig = RouterRig.start("--http.port=0")) {
            assertThat(run(
                            "--channel.target=localhost:" + rig.router.port(),
                            "--http=http://localhost:" + rig.router.httpPort()))
                    .as(err.toString(StandardCharsets.UTF_8))
                    .isZero();
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .contains(": 4 tokens")
                    .contains(": 200");
        }
    }

    @Test
    void aTokenOfTheRoutersOwnFileIsSent(@TempDir Path folder) throws Exception {
        Path tokens = Files.writeString(
                folder.resolve("tokens"), "# clients\n\na-token-of-length-twenty\nanother-token-of-twenty\n");
        try (RouterRig rig = RouterRig.startUnchecked("--server.tokens-file=" + tokens)) {
            String router = "--channel.target=localhost:" + rig.router.port();
            RouterRig.await(() -> run(router, "--channel.token-file=" + tokens) == 0, "the router refuses the token");
            assertThat(run(router)).isEqualTo(1);
            assertThat(err.toString(StandardCharsets.UTF_8)).contains("UNAUTHENTICATED");
        }
    }

    @Test
    void aRouterUnderTlsIsAskedBothWaysThroughItsAuthority(@TempDir Path folder) throws Exception {
        RouterTls tls = RouterTls.in(folder);
        try (RouterRig rig = RouterRig.startUnchecked(tls.flagsWithHttp())) {
            String[] way = {
                "--channel.target=localhost:" + rig.router.port(),
                "--channel.tls.enabled=true",
                "--channel.tls.trusted-certificates=" + tls.trusted(),
                "--http=https://localhost:" + rig.router.httpPort()
            };
            RouterRig.await(() -> run(way) == 0, "the router does not answer both ways");
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .contains("HTTP https://")
                    .contains(": 200");

            Path others = new TestCertificates("others").writeAuthority(folder.resolve("others.pem"));
            assertThat(run(way[0], way[1], "--channel.tls.trusted-certificates=" + others, "--patience=1s"))
                    .isEqualTo(1);
            assertThat(err.toString(StandardCharsets.UTF_8)).contains("TLS certificate");
        }
    }

    @Test
    void nobodyThereFailsWithTheReason() throws Exception {
        assertThat(run("--channel.target=localhost:1", "--patience=1s")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("gRPC localhost:1: UNAVAILABLE: nothing listens at its address");
        assertThat(run("--channel.tarhet=x")).isEqualTo(1);
    }
}
