package io.speckv.engine;

/**
 * How a checkpoint is opened.
 *
 * @param device where the model runs
 * @param precision the number format it computes in
 * @param rowBlock prompt rows that go through a layer at once, at least 1: more is faster, fewer need less memory and
 *     notice a cancellation sooner. Results do not depend on it.
 */
public record ModelOptions(DeviceName device, Precision precision, int rowBlock) {
    public static final ModelOptions DEFAULTS = new ModelOptions(DeviceName.CPU, Precision.AUTO, 1024);

    public ModelOptions {
        if (rowBlock < 1) {
            throw new IllegalArgumentException("row block is " + rowBlock + "; it must be at least 1");
        }
    }

    public ModelOptions withPrecision(Precision precision) {
        return new ModelOptions(device, precision, rowBlock);
    }

    public ModelOptions withDevice(DeviceName device) {
        return new ModelOptions(device, precision, rowBlock);
    }

    public ModelOptions withRowBlock(int rowBlock) {
        return new ModelOptions(device, precision, rowBlock);
    }
}
