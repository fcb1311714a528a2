package io.speckv.cli.bench;

import io.speckv.bench.SamplingBench;
import io.speckv.bench.SamplingBench.Line;
import io.speckv.cli.options.Numbers;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the cost of choosing a token, beside the cost of computing its logits. */
@Command(
        name = "sampling",
        mixinStandardHelpOptions = true,
        description = "What choosing one token costs, by settings, for random logits.")
final class BenchSamplingCommand implements Callable<Integer> {
    @Option(
            names = "--vocabulary",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "128256",
            description = "tokens to choose from (${DEFAULT-VALUE})")
    int vocabulary;

    @Option(
            names = "--rounds",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "200",
            description = "of which the median counts (${DEFAULT-VALUE})")
    int rounds;

    @Override
    public Integer call() {
        List<Line> lines = new SamplingBench(vocabulary, rounds).measure();
        System.out.println("      ms   times the first");
        for (Line line : lines) {
            System.out.printf(
                    "%8.3f   %8.1f          %s%n",
                    line.seconds() * 1e3, line.seconds() / lines.get(0).seconds(), line.settings());
        }
        return 0;
    }
}
