package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import io.speckv.engine.DeviceName;
import io.speckv.engine.Precision;
import java.util.Map;

/**
 * The most that this machine can do, as measured now. An engine's speed is given as a share of these limits.
 *
 * @param multiplyFlops floating-point operations per second, in matrix products large enough to be bound by them
 * @param readBytes bytes per second that can be read from memory
 */
public record HardwareLimits(double multiplyFlops, double readBytes) {
    private static final int ROWS = 2048;
    private static final int WIDTH = 2048;
    private static final int MATRICES = 4;
    private static final int READ_ROWS = 128 * 1024;
    private static final int REPEATS = 7;
    private static final int LEAST_REPEATS = 3;
    private static final double ENOUGH_SECONDS = 5;

    /** Measures the best of several tries, in the number format in which this device multiplies a precision. */
    public static HardwareLimits measure(DeviceName device, Precision precision) {
        ScalarType numbers = Capabilities.of(device).numbers(precision);
        byte[] archive = GraphArchive.pack("Limits", Map.of(), "limits.py", "linears.py");
        try (Graph graph = Graph.load("limits", archive, device);
                NDManager memory = Devices.newManager(device)) {
            return new HardwareLimits(multiply(graph, memory, numbers, device), read(graph, memory, device));
        }
    }

    private static double multiply(Graph graph, NDManager memory, ScalarType numbers, DeviceName device) {
        NDArray x = normal(graph, memory, ROWS, numbers, device);
        LinearKind kind = Capabilities.of(device).multipliesBlocked(numbers) ? LinearKind.BLOCKED : LinearKind.PLAIN;
        IValue[] layers = new IValue[MATRICES];
        for (int i = 0; i < MATRICES; i++) {
            layers[i] = graph.call("linear")
                    .with(kind.word())
                    .with(normal(graph, memory, WIDTH, numbers, device))
                    .value();
        }
        try (IValue list = WeightReader.listOf(layers)) {
            double seconds =
                    best(() -> graph.call("multiply").with(x).withShared(list).run());
            return 2.0 * ROWS * WIDTH * WIDTH * MATRICES / seconds;
        }
    }

    private static double read(Graph graph, NDManager memory, DeviceName device) {
        NDArray x = normal(graph, memory, READ_ROWS, ScalarType.FLOAT32, device);
        return (double) READ_ROWS
                * WIDTH
                * ScalarType.FLOAT32.bytes
                / best(() -> graph.call("read").with(x).run());
    }

    private static NDArray normal(Graph graph, NDManager memory, int rows, ScalarType numbers, DeviceName device) {
        return graph.call("normal")
                .with(rows)
                .with(WIDTH)
                .with(numbers.code())
                .with(Devices.torchName(device))
                .tensor(memory);
    }

    private static double best(Runnable work) {
        double best = Double.POSITIVE_INFINITY;
        double spent = 0;
        for (int i = 0; i < LEAST_REPEATS || (i < REPEATS && spent < ENOUGH_SECONDS); i++) {
            long started = System.nanoTime();
            work.run();
            double seconds = (System.nanoTime() - started) / 1e9;
            best = Math.min(best, seconds);
            spent += seconds;
        }
        return best;
    }
}
