package io.speckv.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.bench.EngineBench;
import io.speckv.bench.MethodBench;
import io.speckv.bench.ModelSize;
import io.speckv.bench.RandomCheckpoint;
import io.speckv.bench.peers.Peer;
import io.speckv.cli.options.DeviceArguments;
import io.speckv.cli.options.ModelArguments;
import io.speckv.cli.options.Numbers;
import io.speckv.cli.options.OptionPaths;
import io.speckv.cli.options.WrongInputException;
import io.speckv.engine.DeviceName;
import io.speckv.engine.Kernels;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.Way;
import io.speckv.engine.torch.Capabilities;
import io.speckv.engine.torch.DecoderModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The benchmarks. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measure speed, as shares of what this machine can do.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            BenchCommand.Engine.class,
            BenchProfileCommand.class,
            BenchSamplingCommand.class,
            BenchCommand.MethodsCost.class,
            BenchCascadeCommand.class,
            BenchServingCommand.class,
            BenchEnginesCommand.class,
            BenchThroughputCommand.class,
            BenchOverlapCommand.class,
            BenchTurnsCommand.class
        })
public final class BenchCommand {
    /** Measures prefill and decode of one model. */
    @Command(
            name = "engine",
            mixinStandardHelpOptions = true,
            description = "Prefill and decode of random weights of a real shape.")
    static final class Engine implements Callable<Integer> {
        @Option(names = "--shape", defaultValue = "qwen2.5-0.5b", description = "shape of the model (${DEFAULT-VALUE})")
        String shape = "qwen2.5-0.5b";

        @Option(
                names = "--prompt",
                converter = Numbers.AtLeastOne.class,
                split = ",",
                defaultValue = "2048,8192",
                description = "lengths (${DEFAULT-VALUE})")
        int[] prompts = {};

        @Option(names = "--dtype", split = ",", description = "of bf16, int8 and fp32 (those that the device computes)")
        List<String> dtypes = List.of();

        @Mixin
        final DeviceArguments device = new DeviceArguments();

        @Option(
                names = "--weights",
                converter = OptionPaths.OutputFolder.class,
                paramLabel = "DIR",
                description = "where random weights are kept (temporary folder)")
        Path weights = Path.of(System.getProperty("java.io.tmpdir"), "speckv-bench");

        @Option(
                names = "--json",
                converter = OptionPaths.OutputFile.class,
                paramLabel = "FILE",
                description = "write the figures as JSON as well")
        @Nullable
        Path json;

        @Mixin
        final PeerArguments others = new PeerArguments();

        @Override
        public Integer call() throws IOException {
            ModelSize size = WrongInputException.ifRefused(() -> ModelSize.parse(shape));
            List<ModelOptions> precisions = (dtypes.isEmpty() ? computedOn(device.name()) : dtypes)
                    .stream().map(device::options).toList();
            // A missing device is reported before gigabytes of random weights are written.
            precisions.forEach(options -> Capabilities.of(options.device()).require(options));
            List<Peer> peers = others.peers();
            Path checkpoint = RandomCheckpoint.of(size, weights);
            EngineBench bench = new EngineBench(size, checkpoint);
            List<EngineBench.Line> lines = new ArrayList<>();
            List<PeerArguments.Row> peerRows = new ArrayList<>();
            for (ModelOptions options : precisions) {
                String dtype = options.precision().toString();
                Capabilities capabilities = Capabilities.of(options.device());
                System.out.printf(
                        "%n%s: %s%n",
                        dtype,
                        capabilities.way(options.precision(), options.kernels()).sentence());
                System.out.println(" prompt  prefill     of    decode     of   16 streams     peak    limits:");
                System.out.println(" tokens  tokens/s  GEMM  tokens/s  memory  over one    memory  GFLOP/s  GB/s");
                List<EngineBench.Line> ours = bench.run(options, prompts);
                lines.addAll(ours);
                for (EngineBench.Line line : ours) {
                    System.out.printf(
                            "%7d  %8.0f  %3.0f%%  %8.1f    %3.0f%%    %5.1fx  %6.2f GB  %7.0f  %4.1f%n",
                            line.promptTokens(),
                            line.prefillTokensPerSecond(),
                            line.prefillShare() * 100,
                            line.decodeTokensPerSecond(),
                            line.decodeShare() * 100,
                            line.batchSpeedup(),
                            line.peakBytes() / 1e9,
                            line.limits().multiplyFlops() / 1e9,
                            line.limits().readBytes() / 1e9);
                }
                peerRows.addAll(others.run(peers, checkpoint, size.shape(), ours));
            }
            if (json != null) {
                new ObjectMapper()
                        .writerWithDefaultPrettyPrinter()
                        .writeValue(json.toFile(), Map.of("lines", lines, "peers", peerRows));
            }
            return 0;
        }
    }

    private static List<String> computedOn(DeviceName device) {
        return Stream.of(Precision.BF16, Precision.INT8, Precision.FP32)
                .filter(precision -> !(Capabilities.of(device).way(precision, Kernels.AUTO) instanceof Way.Refused))
                .map(Precision::toString)
                .toList();
    }

    /** Measures what scoring and eviction add to a prefill. */
    @Command(
            name = "methods",
            mixinStandardHelpOptions = true,
            description = "What scoring and eviction add to a plain prefill, in time and memory.")
    static final class MethodsCost implements Callable<Integer> {
        @Option(names = "--shape", defaultValue = "qwen2.5-0.5b", description = "shape of the model (${DEFAULT-VALUE})")
        String shape = "qwen2.5-0.5b";

        @Option(
                names = "--prompt",
                converter = Numbers.AtLeastOne.class,
                split = ",",
                defaultValue = "2048,8192",
                description = "lengths (${DEFAULT-VALUE})")
        int[] prompts = {};

        @Option(
                names = "--rounds",
                converter = Numbers.AtLeastOne.class,
                defaultValue = "5",
                description = "turns of each pass (${DEFAULT-VALUE})")
        int rounds = 5;

        @Mixin
        ModelArguments models = new ModelArguments();

        @Option(
                names = "--weights",
                converter = OptionPaths.OutputFolder.class,
                paramLabel = "DIR",
                description = "where random weights are kept (temporary folder)")
        Path weights = Path.of(System.getProperty("java.io.tmpdir"), "speckv-bench");

        @Override
        public Integer call() throws IOException {
            ModelSize size = WrongInputException.ifRefused(() -> ModelSize.parse(shape));
            try (DecoderModel model = DecoderModel.open(RandomCheckpoint.of(size, weights), models.options())) {
                MethodBench bench = new MethodBench(model, rounds);
                bench.measure(512);
                System.out.printf("%s %s%n", size, model.precision());
                System.out.println(" prompt  prefill    scoring   eviction    memory of a prefill, GB");
                System.out.println(" tokens  seconds       adds       adds      full cache    speckv");
                for (int prompt : prompts) {
                    MethodBench.Line line = bench.measure(prompt);
                    System.out.printf(
                            "%7d  %7.2f    %6.1f%%    %6.1f%%          %6.2f    %6.2f%n",
                            line.promptTokens(),
                            line.plainSeconds(),
                            line.scoringOverhead() * 100,
                            line.evictionOverhead() * 100,
                            line.plainBytes() / 1e9,
                            line.evictingBytes() / 1e9);
                }
            }
            return 0;
        }
    }
}
