package io.speckv.cli.bench;

import io.speckv.bench.SamplingBench;
import io.speckv.bench.SamplingBench.Line;
import io.speckv.cli.options.Numbers;
import io.speckv.cli.options.WrongInputException;
import io.speckv.engine.DeviceName;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the cost of choosing a token, beside the cost of computing its logits. */
@Command(
        name = "sampling",
        mixinStandardHelpOptions = true,
        description = "What choosing one token of random logits costs, on the host and on a device.")
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
            defaultValue = "50",
            description = "of which the median counts (${DEFAULT-VALUE})")
    int rounds;

    @Option(names = "--device", defaultValue = "cpu", description = "cpu or gpu:N (${DEFAULT-VALUE})")
    String device = "cpu";

    @Option(
            names = "--rows",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "16",
            description = "of a step that the device chooses at once (${DEFAULT-VALUE})")
    int rows;

    @Override
    public Integer call() {
        DeviceName name = WrongInputException.ifRefused(() -> DeviceName.parse(device));
        List<Line> lines = new SamplingBench(vocabulary, rounds, name, rows).measure();
        System.out.println("ms a token:  host   " + device + ", " + rows + " rows at once");
        for (Line line : lines) {
            System.out.printf(
                    "%17.3f   %8.3f   %s%n", line.hostSeconds() * 1e3, line.deviceSeconds() * 1e3, line.settings());
        }
        return 0;
    }
}
