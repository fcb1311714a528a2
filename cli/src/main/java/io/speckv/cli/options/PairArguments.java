package io.speckv.cli.options;

import io.speckv.cli.client.Terminal;
import io.speckv.cli.client.WaitingLine;
import io.speckv.trio.ServiceTrio;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The two models of the commands that start all three services. */
public final class PairArguments {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Option(names = "--target", paramLabel = "DIR", description = "checkpoint of the target (the bundled one)")
    @Nullable
    Path target;

    @Option(names = "--draft", paramLabel = "DIR", description = "checkpoint of the draft (the bundled one)")
    @Nullable
    Path draft;

    @Mixin
    ModelArguments models = new ModelArguments();

    public boolean isBundled() {
        return target == null && draft == null;
    }

    /** Flags of each service, besides the models'. */
    public record Flags(List<String> draft, List<String> target, List<String> router) {}

    /** Starts the three; on a terminal it tells that this takes time. */
    public ServiceTrio start(Flags flags) throws IOException, InterruptedException {
        List<String> model = models.flags();
        ServiceTrio.Plan plan = new ServiceTrio.Plan(
                draft == null ? BundledPair.draft() : draft,
                target == null ? BundledPair.target() : target,
                joined(model, flags.draft()),
                joined(model, flags.target()),
                flags.router());
        try (WaitingLine progress = WaitingLine.of("loading the models", Terminal.ofProcess())) {
            ServiceTrio trio = ServiceTrio.start(plan);
            trio.awaitPair(PATIENCE);
            progress.done();
            return trio;
        }
    }

    private static List<String> joined(List<String> first, List<String> second) {
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
