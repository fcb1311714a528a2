package io.speckv.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.bench.ModelSize;
import io.speckv.engine.Precision;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerProcessTest {
    private static final String SPEEDS =
            "[{\"promptTokens\":256,\"prefillTokensPerSecond\":100.5,\"decodeTokensPerSecond\":9}]";

    @Test
    void readsTheSpeedsOfTheLastLine() throws Exception {
        assertThat(PeerProcess.run(List.of("sh", "-c", "echo loading; echo '" + SPEEDS + "'"), 1))
                .containsExactly(new PeerSpeed(256, 100.5, 9));
    }

    @Test
    void tellsWhatAFailedPeerSaid() {
        assertThatThrownBy(() -> PeerProcess.run(List.of("sh", "-c", "echo no such model >&2; exit 3"), 1))
                .isInstanceOf(PeerUnavailableException.class)
                .hasMessage("exit status 3: no such model");
    }

    @Test
    void refusesOutputWithoutSpeeds() {
        assertThatThrownBy(() -> PeerProcess.run(List.of("echo", "hello"), 1))
                .isInstanceOf(PeerUnavailableException.class)
                .hasMessageContaining("hello");
        assertThatThrownBy(() -> PeerProcess.run(List.of("echo", SPEEDS), 2))
                .isInstanceOf(PeerUnavailableException.class)
                .hasMessageContaining("1 speeds instead of 2");
    }

    @Test
    void namesACommandThatIsNotThere() {
        assertThatThrownBy(() -> PeerProcess.run(List.of("no-such-command-anywhere"), 1))
                .isInstanceOf(PeerUnavailableException.class)
                .hasMessageContaining("no-such-command-anywhere");
    }

    @Test
    void saysHowToInstallAPeerThatIsMissing(@TempDir Path empty) {
        PeerInstall install = new PeerInstall(Path.of("scripts"), empty);
        PeerWorkload workload =
                new PeerWorkload(empty, ModelSize.parse("qwen2.5-60m").shape(), Precision.BF16, 2, List.of(256), 4);

        for (Peer peer : List.of(new LlamaCpp(install), new Jlama(install, "java"))) {
            assertThatThrownBy(() -> peer.measure(workload))
                    .isInstanceOf(PeerUnavailableException.class)
                    .hasMessageContaining("bench/peers/install " + empty + " " + peer.label());
        }
    }
}
