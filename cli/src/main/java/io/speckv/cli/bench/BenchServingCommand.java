package io.speckv.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.bench.serving.EngineTimes;
import io.speckv.bench.serving.ServingBench;
import io.speckv.cli.options.BundledPair;
import io.speckv.cli.options.Numbers;
import io.speckv.cli.options.OptionPaths;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the time that the router and the network add. */
@Command(
        name = "serving",
        mixinStandardHelpOptions = true,
        description = "What the router and the wire add, around models that compute nothing.")
final class BenchServingCommand implements Callable<Integer> {
    private static final int WARM_UP_REQUESTS = 8_000;
    private static final int WARM_UP_FIRST_TOKENS = 400;
    private static final int WARM_UP_TOKENS = 20_000;

    @Option(
            names = "--prompt",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "4096",
            description = "tokens of every prompt (${DEFAULT-VALUE})")
    int promptTokens;

    @Option(
            names = "--requests",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "1000",
            description = "for times to first token (${DEFAULT-VALUE})")
    int requests;

    @Option(
            names = "--tokens",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "20000",
            description = "of the stream that is timed (${DEFAULT-VALUE})")
    int tokens;

    @Option(
            names = "--streams",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "1000",
            description = "held at once (${DEFAULT-VALUE})")
    int streams;

    @Option(
            names = "--tokenizer",
            converter = OptionPaths.Input.class,
            paramLabel = "DIR",
            description = "model folder whose tokenizer is used (the bundled target)")
    Path tokenizer = BundledPair.targetFolder();

    @Option(
            names = "--json",
            converter = OptionPaths.OutputFile.class,
            paramLabel = "FILE",
            description = "write the figures as JSON as well")
    @Nullable
    Path json;

    @Override
    public Integer call() throws IOException {
        EngineTimes times = new EngineTimes(Duration.ofMillis(5), Duration.ofMillis(5));
        try (ServingBench bench = new ServingBench(tokenizer, times, promptTokens)) {
            bench.warmUp(WARM_UP_REQUESTS);
            bench.firstToken(WARM_UP_FIRST_TOKENS);
            bench.perToken(WARM_UP_TOKENS);
            ServingBench.FirstToken first = bench.firstToken(requests);
            ServingBench.PerToken each = bench.perToken(tokens);
            double messages = bench.messagesPerSecond(16, tokens / 4);
            ServingBench.Held held = bench.hold(streams);
            print(first, each, messages, held);
            if (json != null) {
                new ObjectMapper()
                        .writerWithDefaultPrettyPrinter()
                        .writeValue(
                                json.toFile(),
                                Map.of(
                                        "first_token",
                                        first,
                                        "per_token",
                                        each,
                                        "messages_per_second",
                                        messages,
                                        "held",
                                        held));
            }
        }
        return 0;
    }

    private void print(
            ServingBench.FirstToken first, ServingBench.PerToken each, double messages, ServingBench.Held held) {
        System.out.printf(
                "SpecPC over %d prompt tokens; models that take 5 ms each for their prefills%n%n", promptTokens);
        System.out.println("                                 one process    services       added");
        System.out.printf(
                "first token, median              %8.2f ms  %8.2f ms  %8.2f ms%n",
                first.direct().median() * 1e3, first.served().median() * 1e3, first.addedMedian() * 1e3);
        System.out.printf(
                "first token, 99th percentile     %8.2f ms  %8.2f ms  %8.2f ms%n",
                first.direct().tail() * 1e3, first.served().tail() * 1e3, first.addedTail() * 1e3);
        System.out.printf(
                "empty call to the router         %8.2f ms median, %.2f ms 99th percentile%n",
                first.emptyCall().median() * 1e3, first.emptyCall().tail() * 1e3);
        System.out.printf(
                "each token of a stream           %8.2f us  %8.2f us  %8.2f us%n%n",
                each.direct() * 1e6, each.served() * 1e6, (each.served() - each.direct()) * 1e6);
        System.out.printf("messages a second, 16 streams    %8.0f%n", messages);
        System.out.printf(
                "streams held at once             %8d  (open after %.2f s, %.0f KiB of memory each)%n",
                held.streams(), held.openSeconds(), held.bytesPerStream() / 1024.0);
    }
}
