package io.speckv.engine;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a checkpoint is opened.
 *
 * @param device where the model runs
 * @param precision the number format it computes in
 * @param rowBlock prompt rows that go through a layer at once, at least 1: more is faster, fewer need less memory and
 *     notice a cancellation sooner. Results do not depend on it.
 * @param headTokens file with the tokens whose rows the LM head keeps, as {@link
 *     io.speckv.engine.checkpoint.HeadTokens} reads it, or null for all; only for drafts, since no other token can follow
 */
public record ModelOptions(
        DeviceName device,
        Precision precision,
        int rowBlock,
        @Nullable Path headTokens) {
    public static final ModelOptions DEFAULTS = new ModelOptions(DeviceName.CPU, Precision.AUTO, 1024, null);

    public ModelOptions {
        if (rowBlock < 1) {
            throw new IllegalArgumentException("row block is " + rowBlock + "; it must be at least 1");
        }
    }

    public ModelOptions withPrecision(Precision precision) {
        return new ModelOptions(device, precision, rowBlock, headTokens);
    }

    public ModelOptions withDevice(DeviceName device) {
        return new ModelOptions(device, precision, rowBlock, headTokens);
    }

    public ModelOptions withRowBlock(int rowBlock) {
        return new ModelOptions(device, precision, rowBlock, headTokens);
    }

    public ModelOptions withHeadTokens(@Nullable Path headTokens) {
        return new ModelOptions(device, precision, rowBlock, headTokens);
    }
}
