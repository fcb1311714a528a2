package io.speckv.bench.device;

import io.speckv.bench.ModelSize;
import io.speckv.engine.DeviceName;

/**
 * How much a check of a device computes.
 *
 * @param goldenRuns number of the reference's runs, 1 to 16
 * @param target shape whose speed is measured, and which answers in the cascade
 * @param draft shape of the draft in the cascade
 * @param promptTokens of the prompt whose prefill is timed, at least 64
 * @param cascadeTokens of the prompt that goes through draft and target, at least 512
 */
public record CheckSizes(int goldenRuns, ModelSize target, ModelSize draft, int promptTokens, int cascadeTokens) {
    private static final int GOLDEN_RUNS = 16;

    public CheckSizes {
        require("golden runs", goldenRuns, 1, GOLDEN_RUNS);
        require("prompt tokens", promptTokens, 64, target.shape().maxPositions() / 2);
        require("cascade tokens", cascadeTokens, 512, target.shape().maxPositions() / 2);
    }

    /** The default sizes for a device: some minutes on a GPU or on two CPU cores. */
    public static CheckSizes of(DeviceName device) {
        ModelSize draft = ModelSize.parse("qwen2.5-60m");
        return device.isGpu()
                ? new CheckSizes(GOLDEN_RUNS, ModelSize.parse("llama-3.2-1b"), draft, 8192, 16_384)
                : new CheckSizes(GOLDEN_RUNS, draft, draft, 1024, 2048);
    }

    private static void require(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + " is " + value + ", must be from " + least + " to " + most);
        }
    }
}
