package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import io.speckv.engine.DeviceName;

/**
 * Makes the system map the page of libtorch that holds the constants of its vectorised {@code exp}.
 *
 * <p>The last of these constants, infinity, is read under a mask that selects nothing unless an element overflows, which
 * never happens in a softmax. While the page is not mapped, a processor spends some 175 ns on every such read to find that
 * it need not fault, and so the page stays unmapped. On a machine that had just started, prefill took 2.5 times as long
 * until the process ended (docs/performance.md). One overflow faults the page in.
 */
final class ExpConstants {
    /** As many numbers as the widest vector has. */
    private static final int LANES = 64;

    /**
     * Its exponential overflows float32. The sigmoid of its negative computes this exponential with the same function as a
     * softmax; {@code exp} uses another function.
     */
    private static final float OVERFLOWS = 200;

    private static final class MappedOnce {
        static final float RESULT = sigmoid();
    }

    private ExpConstants() {}

    /** Maps the page in, once in a process. Returns 0, which is one over the infinity that was read. */
    static float mapIn() {
        return MappedOnce.RESULT;
    }

    private static float sigmoid() {
        try (NDManager scope = Devices.newManager(DeviceName.CPU);
                NDArray vector = scope.full(new Shape(LANES), -OVERFLOWS, DataType.FLOAT32);
                NDArray result = Activation.sigmoid(vector)) {
            return result.getFloat(0);
        }
    }
}
