package io.speckv.cli.ask;

import io.speckv.cli.client.AnswerSummary;
import io.speckv.cli.client.RouterClient;
import io.speckv.cli.explain.KeptText;
import io.speckv.cli.options.ReportArguments;
import io.speckv.cli.options.RouterArguments;
import io.speckv.proto.v1.DescribeResponse;
import io.speckv.proto.v1.MethodDescription;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.proto.v1.ServedModel;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what a router serves. */
@Command(
        name = "describe",
        mixinStandardHelpOptions = true,
        description = "Show the models, methods and defaults of a running router.")
public final class DescribeCommand implements Callable<Integer> {
    private static final int COLUMNS = 80;

    @Mixin
    RouterArguments router = new RouterArguments();

    @Option(names = "--json", description = "print the whole answer as one line of JSON, with the API's names")
    boolean json;

    @Override
    public Integer call() {
        try (RouterClient client = router.open()) {
            DescribeResponse answer = client.describe(router.model());
            if (json) {
                new ReportArguments().json(answer);
            } else {
                print(answer);
            }
        }
        return 0;
    }

    private void print(DescribeResponse answer) {
        if (needsModels(answer)) {
            answer.getModelsList().forEach(model -> print(model, answer.getDefaultModel()));
            System.out.println();
        }
        answer.getTargetsList().forEach(model -> print("target", model));
        answer.getDraftsList().forEach(model -> print("draft", model));
        System.out.printf(
                "%nmethods%s (default %s; without a draft: %s)%n",
                router.model().isEmpty() ? "" : " of " + router.model(),
                answer.getDefaultMethod(),
                Fallbacks.name(answer.getDefaultFallback()));
        int columns = 2
                + answer.getMethodsList().stream()
                        .mapToInt(method -> method.getName().length())
                        .max()
                        .orElse(0);
        answer.getMethodsList().forEach(method -> print(method, columns));
        System.out.println("\nversion " + answer.getVersion());
    }

    /** Returns whether there is more to list than one model with one pool, whose description is shown anyway. */
    private static boolean needsModels(DescribeResponse answer) {
        return answer.getModelsCount() > 1
                || answer.getTargetsCount() == 0
                || answer.getModelsList().stream().anyMatch(model -> model.getPoolsCount() > 1);
    }

    private static void print(ServedModel model, String defaultModel) {
        String name = model.getName().isEmpty() ? "(not named yet)" : model.getName();
        System.out.printf(
                "model   %s%s%n",
                String.join(
                        ", also ",
                        Stream.concat(Stream.of(name), model.getAliasesList().stream())
                                .toList()),
                model.getName().equals(defaultModel) ? " (default)" : "");
        System.out.printf(
                "        %s; %s from %d tokens on%n",
                readiness(model.getReady(), model.getNotReadyReason()),
                model.getDefaultMethod(),
                model.getCompressFrom());
        if (model.getPoolsCount() > 1) {
            model.getPoolsList()
                    .forEach(pool -> System.out.printf(
                            "        pool %s: weight %d, %s%n",
                            pool.getName(), pool.getWeight(), readiness(pool.getReady(), pool.getNotReadyReason())));
        }
    }

    private static String readiness(boolean ready, String why) {
        return ready ? "ready" : "not ready: " + why;
    }

    private static void print(String role, ModelDescription model) {
        System.out.printf("%-7s %s%n", role, model.getName());
        System.out.printf(
                "        %s, %s on %s; %d layers, %d heads (%d KV) of %d; KV %s a token%n",
                model.getFamily(),
                model.getDtype(),
                model.getDevice(),
                model.getLayerCount(),
                model.getHeadCount(),
                model.getKvHeadCount(),
                model.getHeadDim(),
                AnswerSummary.bytes(model.getKvBytesPerToken()));
        System.out.printf(
                "        weights stored as %s%n",
                model.getWeightsFormat().isEmpty() ? "(not said)" : model.getWeightsFormat());
        System.out.printf(
                "        prompts up to %d tokens, answers up to %d; vocabulary %d%n",
                model.getMaxPromptTokenCount(), model.getMaxNewTokenCount(), model.getVocabSize());
    }

    /** Prints a method; {@code columns} is the width of the longest name. */
    private static void print(MethodDescription method, int columns) {
        String name = method.getName();
        for (String line : KeptText.lines(
                method.getSummary() + (method.getNeedsDraft() ? " (needs a draft)" : ""), COLUMNS - columns - 2)) {
            System.out.printf("  %-" + columns + "s%s%n", name, line);
            name = "";
        }
    }
}
