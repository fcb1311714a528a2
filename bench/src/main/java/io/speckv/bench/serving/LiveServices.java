package io.speckv.bench.serving;

import io.speckv.kit.server.Started;
import io.speckv.trio.ServiceTrio;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Draft, target and router in this process, connected by real gRPC on loopback, with connections to the router. */
public final class LiveServices implements AutoCloseable {
    /** Most lookahead tokens of a request; every slot has room for them. */
    public static final int LOOKAHEAD_TOKENS_MAX = 64;

    private final ServiceTrio trio;
    private final RouterConnections connections;

    /**
     * Sizes of the target's cache.
     *
     * @param smallSlots cache slots for evicted requests
     * @param smallTokens tokens of each small slot
     * @param largeSlots cache slots for whole prompts
     * @param largeTokens tokens of each large slot
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

    /** Starts all three and waits until they serve. If a part fails, the parts that were started stop. */
    public LiveServices(Setup setup) throws IOException {
        List<String> all = List.of("--server.port=0", "--telemetry.log-level=WARN");
        List<String> models =
                List.of("--model.dtype=" + setup.dtype, "--queue.requests=1024", "--queue.prompt-tokens=16777216");
        try (Started started = new Started()) {
            trio = started.add(ServiceTrio.start(new ServiceTrio.Plan(
                    setup.draft,
                    setup.target,
                    joined(all, models, List.of("--limits.prompt-tokens=" + setup.promptTokensMax)),
                    joined(all, models, slots(setup)),
                    joined(all, List.of("--drafting.time-limit=10m", "--drafting.lookahead-wait=60s")))));
            connections = new RouterConnections(trio.routerPort());
            started.complete();
        }
    }

    private static List<String> slots(Setup setup) {
        return List.of(
                "--limits.lookahead-tokens=" + LOOKAHEAD_TOKENS_MAX,
                "--slots.small.count=" + setup.smallSlots,
                "--slots.small.tokens=" + setup.smallTokens,
                "--slots.large.count=" + setup.largeSlots,
                "--slots.large.tokens=" + setup.largeTokens);
    }

    @SafeVarargs
    private static List<String> joined(List<String>... flags) {
        List<String> joined = new ArrayList<>();
        for (List<String> some : flags) {
            joined.addAll(some);
        }
        return joined;
    }

    RouterConnections connections() {
        return connections;
    }

    /** Returns the target's slots in use now. */
    int slotsUsed() {
        return trio.slotsUsed();
    }

    @Override
    public void close() {
        connections.close();
        trio.close();
    }
}
