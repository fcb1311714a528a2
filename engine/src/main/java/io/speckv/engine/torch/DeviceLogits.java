package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.speckv.engine.DeviceName;
import io.speckv.engine.sampling.TokenDraw;
import java.util.List;

/** Rows of logits on a device and a {@link DeviceSampler} for them, without a model. The caller closes it. */
public final class DeviceLogits implements AutoCloseable {
    private final NDManager memory;
    private final NDArray logits;
    private final DeviceSampler sampler;

    private DeviceLogits(NDManager memory, NDArray logits, DeviceSampler sampler) {
        this.memory = memory;
        this.logits = logits;
        this.sampler = sampler;
    }

    /**
     * Copies logits to a device.
     *
     * @param rows {@code [rows][vocabSize]}, at least one
     * @throws io.speckv.engine.DeviceException if the device does not exist
     */
    public static DeviceLogits of(DeviceName device, float[][] rows) {
        int vocabSize = rows[0].length;
        float[] flat = new float[Math.multiplyExact(rows.length, vocabSize)];
        for (int row = 0; row < rows.length; row++) {
            System.arraycopy(rows[row], 0, flat, row * vocabSize, vocabSize);
        }
        NDManager memory = Devices.newManager(device);
        boolean made = false;
        try {
            NDArray logits = memory.create(flat, new Shape(rows.length, vocabSize));
            DeviceLogits onDevice = new DeviceLogits(memory, logits, new DeviceSampler(device));
            made = true;
            return onDevice;
        } finally {
            if (!made) {
                memory.close();
            }
        }
    }

    /** Returns the token of each row; one draw for each. */
    public List<ChosenToken> choose(List<TokenDraw> draws) {
        try (NDManager scope = memory.newSubManager()) {
            return sampler.choose(scope, logits, draws);
        }
    }

    @Override
    public void close() {
        memory.close();
        sampler.close();
    }
}
