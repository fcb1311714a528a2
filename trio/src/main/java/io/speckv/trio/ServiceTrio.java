package io.speckv.trio;

import io.speckv.draft.DraftServer;
import io.speckv.draft.DraftSettings;
import io.speckv.kit.server.ExitCode;
import io.speckv.kit.server.Started;
import io.speckv.kit.settings.DurationText;
import io.speckv.router.RouterServer;
import io.speckv.router.settings.RouterSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Draft, target and router in this process, each on its own loopback port. */
public final class ServiceTrio implements AutoCloseable {
    /** Stands for the ports of target and draft while neither listens; nobody is called there. */
    private static final int NOT_YET_KNOWN = 1;

    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final Duration LOOK_FOR_LOSS = Duration.ofMillis(500);

    private final DraftServer draft;
    private final RunningTarget target;
    private final RouterServer router;

    private ServiceTrio(DraftServer draft, RunningTarget target, RouterServer router) {
        this.draft = draft;
        this.target = target;
        this.router = router;
    }

    /**
     * What the three are started with, in addition to their defaults. Flags look like {@code --server.port=0}.
     *
     * @param draftModel folder of the draft's checkpoint
     * @param target model that answers
     */
    public record Plan(
            Path draftModel,
            TargetModel target,
            List<String> draftFlags,
            List<String> targetFlags,
            List<String> routerFlags) {
        /** A plan whose target is the checkpoint in a folder. */
        public Plan(
                Path draftModel,
                Path targetModel,
                List<String> draftFlags,
                List<String> targetFlags,
                List<String> routerFlags) {
            this(draftModel, new TargetModel.Own(targetModel), draftFlags, targetFlags, routerFlags);
        }
    }

    /**
     * Starts target, draft and router, in this order. If one fails, those that were started before are stopped.
     *
     * @throws IOException if a server cannot listen on its address
     * @throws io.speckv.kit.settings.SettingsException if a flag is wrong
     * @throws io.speckv.engine.EngineException if a model cannot be loaded
     */
    public static ServiceTrio start(Plan plan) throws IOException {
        // Models take long to load, so taken ports of the router are found before that.
        RouterServer.requireFreePorts(routerSettings(plan, NOT_YET_KNOWN, NOT_YET_KNOWN));
        try (Started started = new Started()) {
            RunningTarget target = started.add(RunningTarget.start(plan.target(), plan.targetFlags()));
            DraftServer draft = started.add(DraftServer.start(DraftSettings.loader()
                    .load(null, Map.of(), RunningTarget.with(plan.draftFlags(), "--model.folder=" + plan.draftModel()))
                    .value()));
            RouterServer router = started.add(
                    RouterServer.start(routerSettings(plan, target.process().port(), draft.port())));
            started.complete();
            return new ServiceTrio(draft, target, router);
        }
    }

    private static RouterSettings routerSettings(Plan plan, int targetPort, int draftPort) {
        return RouterSettings.loader()
                .load(
                        null,
                        Map.of(),
                        RunningTarget.with(
                                plan.routerFlags(),
                                "--tokenizer.target=" + plan.target().tokenizer(),
                                "--tokenizer.draft=" + plan.draftModel(),
                                "--target.channel.target=localhost:" + targetPort,
                                "--draft.channel.target=localhost:" + draftPort))
                .value();
    }

    /**
     * Waits until the router has found target and draft, or, after {@code patience}, only the target, or until one of the
     * three is {@linkplain #awaitLoss lost}.
     *
     * @throws IOException if the router has found no target by then
     */
    public void awaitPair(Duration patience) throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!isLost() && (!router.knowsTarget() || !router.knowsDraft())) {
            if (System.nanoTime() > end) {
                if (router.knowsTarget()) {
                    return;
                }
                throw new IOException("the router has not found its target on port %d within %s: %s"
                        .formatted(targetPort(), DurationText.of(patience), router.troubles()));
            }
            Thread.sleep(LOOK_AGAIN.toMillis());
        }
    }

    public int draftPort() {
        return draft.port();
    }

    public int targetPort() {
        return target.process().port();
    }

    public int routerPort() {
        return router.port();
    }

    /** Returns the port of the router's HTTP, or -1 without HTTP. */
    public int httpPort() {
        return router.httpPort();
    }

    /** Returns how many requests the target works on now: its cache slots in use, or requests at the other engine. */
    public int slotsUsed() {
        return target.requests().getAsInt();
    }

    /**
     * Waits until one of the three has stopped by itself, because something that it needs is lost. The others cannot work
     * without it.
     */
    public void awaitLoss() throws InterruptedException {
        while (!isLost()) {
            Thread.sleep(LOOK_FOR_LOSS.toMillis());
        }
    }

    private boolean isLost() {
        return router.process().isStopped()
                || target.process().isStopped()
                || draft.process().isStopped();
    }

    /** Stops the router first, so that running requests end before the services that they need. */
    public ExitCode stop() {
        ExitCode code = router.process().stop();
        for (ExitCode other : List.of(target.process().stop(), draft.process().stop())) {
            code = code == ExitCode.CLEAN ? other : code;
        }
        return code;
    }

    @Override
    public void close() {
        stop();
    }
}
