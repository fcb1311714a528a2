package io.speckv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.cli.client.RouterClient;
import io.speckv.cli.options.RouterArguments;
import io.speckv.draft.DraftMain;
import io.speckv.engine.GoldenRun;
import io.speckv.router.RouterMain;
import io.speckv.target.TargetMain;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Draft, target and router with a golden run's models, each a process of its own. */
final class ProcessTrio {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final List<ServiceProcess> processes = new ArrayList<>();
    private final Path folder;
    private String router = "";

    private ProcessTrio(Path folder) {
        this.folder = folder;
    }

    /** The class path that each of the three runs from. */
    record Builds(String draft, String target, String router) {
        static final Builds THIS =
                new Builds(ServiceProcess.CLASS_PATH, ServiceProcess.CLASS_PATH, ServiceProcess.CLASS_PATH);
    }

    /** Starts the three and waits until the router knows the others. */
    static ProcessTrio start(GoldenRun run, Builds builds, Path folder) throws IOException, InterruptedException {
        ProcessTrio trio = new ProcessTrio(folder);
        try {
            trio.start(run, builds);
            return trio;
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            trio.kill();
            throw e;
        }
    }

    private void start(GoldenRun run, Builds builds) throws IOException, InterruptedException {
        ServiceProcess draft = started(
                builds.draft(),
                DraftMain.class,
                "--model.folder=" + run.draft(),
                "--model.dtype=fp32",
                "--limits.prompt-tokens=2000");
        ServiceProcess target = started(
                builds.target(),
                TargetMain.class,
                "--model.folder=" + run.target(),
                "--model.dtype=fp32",
                "--slots.small.count=1",
                "--slots.large.count=1",
                "--slots.large.tokens=4096");
        ServiceProcess routing = started(
                builds.router(),
                RouterMain.class,
                "--tokenizer.target=" + run.target(),
                "--draft.channel.target=localhost:" + draft.port(),
                "--target.channel.target=localhost:" + target.port(),
                "--fallback.policy=fail",
                "--describe-every=200ms");
        router = "localhost:" + routing.port();
        try (RouterClient client = RouterArguments.local(routing.port()).open()) {
            client.awaitPair(PATIENCE);
        }
    }

    private ServiceProcess started(String classPath, Class<?> main, String... flags) throws IOException {
        ServiceProcess process = ServiceProcess.startOf(classPath, main, folder, flags);
        processes.add(process);
        return process;
    }

    /** Returns where the router is, as {@code --router} takes it. */
    String router() {
        return router;
    }

    private void kill() throws InterruptedException {
        for (ServiceProcess process : processes) {
            process.kill();
        }
    }

    /** Stops the router first, and asserts that each ends as it should. */
    void stop() throws InterruptedException {
        for (int i = processes.size() - 1; i >= 0; i--) {
            assertThat(processes.get(i).terminate()).as("exit status").isZero();
        }
    }
}
