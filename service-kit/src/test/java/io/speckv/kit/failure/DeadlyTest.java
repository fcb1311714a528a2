package io.speckv.kit.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Each process is one of its own, since what is tested ends it. */
class DeadlyTest {
    @Test
    void endsAProcessThatDoesNotEndByItself() throws Exception {
        assertThat(exitOf(Hanging.class)).isEqualTo(Deadly.EXIT_CODE);
    }

    @Test
    void endsAProcessOneOfWhoseThreadsFoundNoMemory() throws Exception {
        assertThat(exitOf(Starved.class)).isEqualTo(Deadly.EXIT_CODE);
    }

    private static int exitOf(Class<?> main) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx16m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ends").isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    /** Never returns, as a call into a device that hangs. */
    static final class Hanging {
        private Hanging() {}

        public static void main(String[] args) {
            Deadly.endProcessIn(Duration.ofMillis(50), "the device hangs");
            while (true) {
                LockSupport.park();
            }
        }
    }

    /** Asks for more memory than there can be on a thread of a pool, while its main thread goes on. */
    static final class Starved {
        private Starved() {}

        public static void main(String[] args) {
            Deadly.endProcessOnUncaught();
            Executors.newSingleThreadExecutor().execute(() -> System.out.println(new long[100_000_000].length));
            while (true) {
                LockSupport.park();
            }
        }
    }
}
