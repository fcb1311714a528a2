package io.speckv.selection;

import io.speckv.selection.method.Methods;
import io.speckv.selection.prompt.PromptPolicy;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * SpecPC's whole selection (smoothing, ranking, neighbours, window, sorting) on one thread against the prompt's length:
 * {@code half} keeps every second token, the most that ranking has to do; {@code paper} keeps 2048.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class SelectionBenchmark {
    @Param({"8192", "16384", "32768", "65536", "131072"})
    public int tokens;

    @Param({"paper", "half"})
    public String budget = "paper";

    private float[] scores = new float[0];
    private PromptPolicy policy = Methods.of("specpc", Map.of()).prompt();

    @Setup
    public void draw() {
        scores = RandomScores.heavyTailed(1, tokens);
        int capacity = budget.equals("paper") ? 2048 : tokens / 2;
        policy = Methods.of("specpc", Map.of("max_capacity_prompt", capacity, "kernel_size", 32))
                .prompt();
    }

    @Benchmark
    public int[] specPc() {
        return policy.keep(tokens, scores);
    }

    public static void main(String[] args) throws RunnerException {
        new Runner(new OptionsBuilder()
                        .include(SelectionBenchmark.class.getSimpleName())
                        .build())
                .run();
    }
}
