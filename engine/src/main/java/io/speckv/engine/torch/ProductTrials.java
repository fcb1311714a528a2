package io.speckv.engine.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import io.speckv.engine.DeviceName;
import io.speckv.engine.torch.Capabilities.Product;
import io.speckv.engine.torch.Capabilities.Trial;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Multiplies the hardest operands, and compares the results with the right ones. */
final class ProductTrials {
    /** Libraries use different code for one row, a few rows and many rows. */
    private static final int[] ROWS = {1, 3, 64};

    private ProductTrials() {}

    /** Tries every product on the CPU, as linear layers use it. */
    static List<Trial> run() {
        byte[] archive = GraphArchive.pack("Trials", Map.of(), "trials.py", "linears.py");
        try (Graph graph = Graph.load("trials", archive, DeviceName.CPU);
                NDManager memory = Devices.newManager(DeviceName.CPU)) {
            return Arrays.stream(Product.values())
                    .map(product -> trial(graph, memory, product))
                    .toList();
        }
    }

    private static Trial trial(Graph graph, NDManager memory, Product product) {
        if (product.isOneDnns() && !OneDnn.PRESENT) {
            return new Trial(product, false, "this libtorch is built without oneDNN");
        }
        for (int rows : ROWS) {
            double error;
            try (NDManager scope = memory.newSubManager()) {
                error = call(graph, product, rows).tensor(scope).getFloat();
            } catch (EngineException e) {
                return new Trial(product, false, lastLine(e));
            }
            // Written as a negation so that NaN fails too.
            if (!(error < 1e-2)) {
                return new Trial(product, false, "off by %.2g of the largest result".formatted(error));
            }
        }
        return new Trial(product, true, "");
    }

    private static Graph.Call call(Graph graph, Product product, int rows) {
        return switch (product) {
            case FP32_BLOCKED -> whole(graph, LinearKind.BLOCKED, rows, ScalarType.FLOAT32);
            case BF16_BLOCKED -> whole(graph, LinearKind.BLOCKED, rows, ScalarType.BFLOAT16);
            case INT8_BLOCKED -> graph.call("blocked_int8").with(rows);
            case HALF -> whole(graph, LinearKind.HALF, rows, ScalarType.FLOAT32);
            case INT8_PACKED -> graph.call("packed_int8").with(rows);
        };
    }

    private static Graph.Call whole(Graph graph, LinearKind kind, int rows, ScalarType numbers) {
        return graph.call("whole").with(kind.word()).with(rows).with(numbers.code());
    }

    private static String lastLine(EngineException failure) {
        return String.valueOf(failure.getMessage())
                .lines()
                .filter(line -> !line.isBlank())
                .reduce((first, second) -> second)
                .orElse("")
                .strip();
    }
}
