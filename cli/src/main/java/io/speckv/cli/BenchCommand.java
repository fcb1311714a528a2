package io.speckv.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.engine.DeviceName;
import io.speckv.engine.Precision;
import io.speckv.engine.torch.HardwareLimits;
import io.speckv.evals.bench.EngineBench;
import io.speckv.evals.bench.ModelSize;
import io.speckv.evals.bench.RandomCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The benchmarks. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measure speed, as shares of what this machine can do.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = BenchCommand.Engine.class)
final class BenchCommand {
    /** Prefill and decode of one model. */
    @Command(
            name = "engine",
            mixinStandardHelpOptions = true,
            description = "Prefill and decode of random weights of a real shape.")
    static final class Engine implements Callable<Integer> {
        @Option(names = "--shape", defaultValue = "qwen2.5-0.5b", description = "shape of the model (${DEFAULT-VALUE})")
        String shape = "qwen2.5-0.5b";

        @Option(names = "--prompt", split = ",", defaultValue = "2048,8192", description = "lengths (${DEFAULT-VALUE})")
        int[] prompts = {};

        @Option(names = "--dtype", split = ",", defaultValue = "bf16,int8,fp32", description = "of ${DEFAULT-VALUE}")
        List<String> dtypes = List.of();

        @Option(names = "--device", defaultValue = "cpu", description = "cpu or gpu:N (${DEFAULT-VALUE})")
        String device = "cpu";

        @Option(
                names = "--weights",
                paramLabel = "DIR",
                description = "where random weights are kept (temporary folder)")
        Path weights = Path.of(System.getProperty("java.io.tmpdir"), "speckv-bench");

        @Option(names = "--json", paramLabel = "FILE", description = "write the figures as JSON as well")
        @Nullable
        Path json;

        @Override
        public Integer call() throws IOException {
            ModelSize size = wrongInput(() -> ModelSize.parse(shape));
            DeviceName where = wrongInput(() -> DeviceName.parse(device));
            EngineBench bench = new EngineBench(size, RandomCheckpoint.of(size, weights), where);
            Map<String, HardwareLimits> limits = new LinkedHashMap<>();
            List<EngineBench.Line> lines = new ArrayList<>();
            for (String dtype : dtypes) {
                Precision precision = wrongInput(() -> Precision.parse(dtype));
                HardwareLimits limit = HardwareLimits.measure(where, precision);
                limits.put(dtype, limit);
                System.out.printf(
                        "%n%s %s: matrix products %.0f GFLOP/s, memory %.1f GB/s%n",
                        size, dtype, limit.multiplyFlops() / 1e9, limit.readBytes() / 1e9);
                System.out.println(" prompt  prefill       of     decode       of   16 streams     peak");
                System.out.println(" tokens  tokens/s    GEMM   tokens/s   memory   over one    memory");
                for (EngineBench.Line line : bench.run(precision, limit, prompts)) {
                    lines.add(line);
                    System.out.printf(
                            "%7d  %8.0f  %5.0f%%   %8.1f    %4.0f%%     %5.1fx  %6.2f GB%n",
                            line.promptTokens(),
                            line.prefillTokensPerSecond(),
                            line.prefillShare() * 100,
                            line.decodeTokensPerSecond(),
                            line.decodeShare() * 100,
                            line.batchSpeedup(),
                            line.peakBytes() / 1e9);
                }
            }
            if (json != null) {
                new ObjectMapper()
                        .writerWithDefaultPrettyPrinter()
                        .writeValue(json.toFile(), Map.of("limits", limits, "lines", lines));
            }
            return 0;
        }

        private static <T> T wrongInput(Callable<T> parse) {
            try {
                return parse.call();
            } catch (IllegalArgumentException e) {
                throw new WrongInputException(String.valueOf(e.getMessage()), e);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
