package io.speckv.evals.bench.serving;

import io.speckv.draft.DraftServer;
import io.speckv.draft.DraftSettings;
import io.speckv.router.RouterServer;
import io.speckv.router.RouterSettings;
import io.speckv.target.TargetServer;
import io.speckv.target.TargetSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Draft, target and router in this process, joined by real gRPC on loopback, and connections to the router. */
public final class LiveServices implements AutoCloseable {
    /** Most lookahead tokens of a request, for which every slot has room. */
    public static final int LOOKAHEAD_TOKENS_MAX = 64;

    private final DraftServer draft;
    private final TargetServer target;
    private final RouterServer router;
    private final RouterConnections connections;

    /**
     * What is served.
     *
     * @param smallSlots cache slots for evicted requests
     * @param smallTokens tokens of each
     * @param largeSlots cache slots for whole prompts
     * @param largeTokens tokens of each
     */
    public record Setup(
            Path target,
            Path draft,
            String dtype,
            int promptTokensMax,
            int smallSlots,
            int smallTokens,
            int largeSlots,
            int largeTokens) {}

    /** Starts all three and waits until they serve. */
    public LiveServices(Setup setup) throws IOException {
        List<String> all = List.of("--server.port=0", "--telemetry.log-level=WARN");
        draft = DraftServer.start(DraftSettings.loader()
                .load(
                        null,
                        Map.of(),
                        with(
                                all,
                                "--model.folder=" + setup.draft,
                                "--model.dtype=" + setup.dtype,
                                "--limits.prompt-tokens=" + setup.promptTokensMax,
                                "--queue.requests=1024",
                                "--queue.prompt-tokens=16777216"))
                .value());
        target = TargetServer.start(TargetSettings.loader()
                .load(
                        null,
                        Map.of(),
                        with(
                                all,
                                "--model.folder=" + setup.target,
                                "--model.dtype=" + setup.dtype,
                                "--limits.lookahead-tokens=" + LOOKAHEAD_TOKENS_MAX,
                                "--slots.small.count=" + setup.smallSlots,
                                "--slots.small.tokens=" + setup.smallTokens,
                                "--slots.large.count=" + setup.largeSlots,
                                "--slots.large.tokens=" + setup.largeTokens,
                                "--queue.requests=1024",
                                "--queue.prompt-tokens=16777216"))
                .value());
        router = RouterServer.start(RouterSettings.loader()
                .load(
                        null,
                        Map.of(),
                        with(
                                all,
                                "--tokenizer.target=" + setup.target,
                                "--draft.channel.target=localhost:" + draft.port(),
                                "--target.channel.target=localhost:" + target.port(),
                                "--drafting.time-limit=10m",
                                "--drafting.lookahead-wait=60s"))
                .value());
        connections = new RouterConnections(router.port());
    }

    private static List<String> with(List<String> all, String... flags) {
        List<String> joined = new ArrayList<>(all);
        joined.addAll(List.of(flags));
        return joined;
    }

    RouterConnections connections() {
        return connections;
    }

    /** Returns the target's slots in use now. */
    int slotsUsed() {
        return target.slotsUsed();
    }

    @Override
    public void close() {
        connections.close();
        router.close();
        draft.close();
        target.close();
    }
}
