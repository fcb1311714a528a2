package io.speckv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.kit.server.ExitCode;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** A device is lost where one process serves all three. */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class LostDeviceTest {
    private static final Path MODELS =
            Path.of(System.getProperty("speckv.golden")).resolveSibling("models");
    private static final Pattern ROUTER = Pattern.compile("router +localhost:(\\d+)");

    @TempDir
    Path folder;

    /**
     * A device hangs that needs longer than the limit for its next block: 512 rows of a layer take any longer than 1 ms. Where
     * even starting takes longer than that, it is lost before it was asked.
     */
    @Test
    void upEndsWhenItsTargetsDeviceHangs() throws Exception {
        ServiceProcess up = ServiceProcess.startCommand(
                folder,
                "up",
                "--target=" + MODELS.resolve("speckv-tiny-target"),
                "--draft=" + MODELS.resolve("speckv-tiny-draft"),
                "--port=0",
                "--http-port=-1",
                "--target-set=model.dtype=fp32",
                "--draft-set=model.dtype=fp32",
                "--target-set=hang-limit=1ms");
        try {
            Optional<MatchResult> router = up.awaitLineOrEnd(ROUTER);
            if (router.isPresent()) {
                CommandRun answer = CommandRun.of(
                        "generate",
                        "--router=localhost:" + router.get().group(1),
                        "--method=full",
                        "--prompt=" + "one two three ".repeat(800));
                assertThat(answer.status()).as(answer.out()).isNotZero();
            }
            assertThat(up.awaitEnd()).isEqualTo(ExitCode.LOST.number());
        } finally {
            up.kill();
        }
    }
}
