package io.speckv.cli.options;

import io.speckv.cli.client.Terminal;
import io.speckv.cli.client.WaitingLine;
import io.speckv.trio.ServiceTrio;
import io.speckv.trio.TargetModel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The two models of commands that start all three services. */
public final class PairArguments {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Longest wait for an engine, which may still be loading its model. */
    private static final Duration ENGINE_PATIENCE = Duration.ofMinutes(10);
    /** Lookahead tokens for scoring when no cache stage follows: docs/engines.md. */
    private static final int SCORING_TOKENS = 48;

    @Option(
            names = "--target",
            converter = OptionPaths.Input.class,
            paramLabel = "DIR",
            description = "checkpoint of the target: a folder or a GGUF file (the bundled one)")
    @Nullable
    Path target;

    @Option(
            names = "--draft",
            converter = OptionPaths.Input.class,
            paramLabel = "DIR",
            description = "checkpoint of the draft: a folder or a GGUF file (the bundled one)")
    @Nullable
    Path draft;

    @Mixin
    ModelArguments models = new ModelArguments();

    public boolean isBundled() {
        return target == null && draft == null;
    }

    /** Flags of each service, besides those of the models. */
    public record Flags(List<String> draft, List<String> target, List<String> router) {}

    /** Starts the three services; on a terminal it says that this takes time. */
    public ServiceTrio start(Flags flags) throws IOException, InterruptedException {
        TargetModel model = new TargetModel.Own(target == null ? BundledPair.target() : target);
        return start(
                new ServiceTrio.Plan(
                        draft == null ? BundledPair.draft() : draft,
                        model,
                        joined(models.flags(), flags.draft()),
                        joined(models.flags(), flags.target()),
                        flags.router()),
                PATIENCE);
    }

    /**
     * Starts the three services, with an engine in the target's place if one is named.
     *
     * @throws WrongInputException if options are missing or exclude each other
     */
    public ServiceTrio start(Flags flags, EngineArguments engine) throws IOException, InterruptedException {
        Optional<TargetModel> model = engine.model();
        if (model.isEmpty()) {
            return start(flags);
        }
        if (target != null) {
            throw new WrongInputException("--engine answers in the place of a target: leave --target out");
        }
        if (draft == null) {
            throw new WrongInputException("--engine needs --draft DIR, a small model of the same family");
        }
        List<String> method = flags.router().stream().anyMatch(flag -> flag.startsWith("--method."))
                ? List.of()
                : List.of("--method.name=specpc", "--method.settings={lookahead_tokens: " + SCORING_TOKENS + "}");
        return start(
                new ServiceTrio.Plan(
                        draft,
                        model.get(),
                        joined(models.flags(), flags.draft()),
                        joined(engine.flags(), flags.target()),
                        joined(method, flags.router())),
                ENGINE_PATIENCE);
    }

    private static ServiceTrio start(ServiceTrio.Plan plan, Duration patience)
            throws IOException, InterruptedException {
        try (WaitingLine progress = WaitingLine.of("loading the models", Terminal.ofProcess())) {
            ServiceTrio trio = ServiceTrio.start(plan);
            boolean found = false;
            try {
                trio.awaitPair(patience);
                found = true;
            } finally {
                if (!found) {
                    trio.close();
                }
            }
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
