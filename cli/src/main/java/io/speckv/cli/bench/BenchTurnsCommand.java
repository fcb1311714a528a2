package io.speckv.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.bench.serving.TurnsBench;
import io.speckv.bench.serving.TurnsBench.Kept;
import io.speckv.bench.serving.TurnsBench.Line;
import io.speckv.cli.client.RouterClient;
import io.speckv.cli.options.Numbers;
import io.speckv.cli.options.OptionPaths;
import io.speckv.cli.options.RouterArguments;
import io.speckv.cli.options.TextFile;
import io.speckv.cli.options.WrongInputException;
import io.speckv.kit.wire.MethodSettings;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.TokenizeRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures the cost of a conversation, turn by turn. */
@Command(
        name = "turns",
        mixinStandardHelpOptions = true,
        description =
                "A conversation through a running router: what stays of a turn, what is reused, and when answers begin.")
final class BenchTurnsCommand implements Callable<Integer> {
    @Mixin
    final RouterArguments router = new RouterArguments();

    @Option(
            names = "--turns",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "10",
            description = "of the conversation (${DEFAULT-VALUE})")
    int turns;

    @Option(
            names = "--every",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "3",
            description = "turns from one document to the next (${DEFAULT-VALUE})")
    int every;

    @Option(
            names = "--text",
            converter = OptionPaths.InputFile.class,
            required = true,
            paramLabel = "FILE",
            description = "what documents are cut from")
    Path text = Path.of("");

    @Option(
            names = "--document-chars",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "6000",
            description = "of each document (${DEFAULT-VALUE})")
    int documentChars;

    @Option(
            names = "--budget",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "512",
            description = "tokens that specpc keeps (${DEFAULT-VALUE})")
    int budget;

    @Option(
            names = "--recent-tokens",
            converter = Numbers.AtLeastZero.class,
            defaultValue = "2048",
            description = "of the turns that are whole where recent ones are (${DEFAULT-VALUE})")
    int recentTokens;

    @Option(
            names = "--json",
            converter = OptionPaths.OutputFile.class,
            paramLabel = "FILE",
            description = "write the figures as JSON as well")
    @Nullable
    Path json;

    @Override
    public Integer call() throws IOException {
        String documents = TextFile.read(text);
        TurnsBench.Conversation conversation = WrongInputException.ifRefused(() -> new TurnsBench.Conversation(
                turns,
                every,
                documents,
                documentChars,
                MethodSettings.toProto("specpc", Map.of("max_capacity_prompt", budget)),
                recentTokens));
        Figures figures;
        try (RouterClient client = router.open()) {
            TurnsBench bench = new TurnsBench(new Asked(client, router.model()), conversation);
            figures = new Figures(
                    bench.run(Kept.WHOLE), bench.run(Kept.TOGETHER), bench.run(Kept.FROZEN), bench.run(Kept.RECENT));
        }
        print(figures);
        if (json != null) {
            new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(json.toFile(), figures);
        }
        return 0;
    }

    private record Asked(RouterClient client, String model) implements TurnsBench.Router {
        @Override
        public void generate(GenerateRequest request, Consumer<GenerateResponse> receiver) {
            client.generate(request.toBuilder().setModel(model).build(), receiver);
        }

        @Override
        public List<Integer> tokens(Prompt prompt) {
            return client.tokenize(TokenizeRequest.newBuilder()
                            .setModel(model)
                            .setPrompt(prompt)
                            .build())
                    .getTokens()
                    .getIdsList();
        }
    }

    /** Figures of one conversation, for each way to keep its turns. */
    private record Figures(List<Line> whole, List<Line> together, List<Line> frozen, List<Line> recent) {}

    private static void print(Figures figures) {
        System.out.println("              whole           together                  frozen                  recent");
        System.out.println("turn prompt  reused   ms" + "   kept stays reused   ms".repeat(3));
        for (int i = 0; i < figures.whole.size(); i++) {
            Line line = figures.whole.get(i);
            System.out.printf(
                    "%4d %6d  %6d %4.0f %s %s %s%n",
                    line.turn() + 1,
                    line.promptTokens(),
                    line.reusedTokens(),
                    line.firstTokenSeconds() * 1e3,
                    compressed(figures.together.get(i)),
                    compressed(figures.frozen.get(i)),
                    compressed(figures.recent.get(i)));
        }
    }

    private static String compressed(Line line) {
        String stays = Double.isNaN(line.stays()) ? "-" : "%.0f%%".formatted(line.stays() * 100);
        return " %5d %5s %6d %4.0f"
                .formatted(line.keptTokens(), stays, line.reusedTokens(), line.firstTokenSeconds() * 1e3);
    }
}
