package io.speckv.engine;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a checkpoint is opened.
 *
 * @param device where the model runs
 * @param precision the number format it computes in; {@link Precision#INT8} on CPUs only
 * @param kernels which matrix products may be used
 * @param cpuThreads threads that compute one operator on the CPU, for the whole process; 0 for {@code OMP_NUM_THREADS}, or
 *     else as many as this process has processors, within a container's quotas
 * @param rowBlock prompt rows that go through a layer at once, at least 1. More rows are faster; fewer rows need less memory
 *     and pause sooner for other work. Results do not depend on it.
 * @param headTokens file with the tokens whose rows the LM head keeps, as {@link io.speckv.engine.checkpoint.HeadTokens}
 *     reads it, or null for all; only for drafts, because such a model can generate no other token
 */
public record ModelOptions(
        DeviceName device,
        Precision precision,
        Kernels kernels,
        int cpuThreads,
        int rowBlock,
        @Nullable Path headTokens) {
    public static final ModelOptions DEFAULTS =
            new ModelOptions(DeviceName.CPU, Precision.AUTO, Kernels.AUTO, 0, 1024, null);

    public ModelOptions {
        if (cpuThreads < 0) {
            throw new IllegalArgumentException("cpu-threads is " + cpuThreads + "; it must be 0 or more");
        }
        if (rowBlock < 1) {
            throw new IllegalArgumentException("row block is " + rowBlock + "; it must be at least 1");
        }
        if (precision == Precision.INT8 && device.isGpu()) {
            throw new IllegalArgumentException("dtype is int8 and device " + device
                    + "; int8 is computed on CPUs alone: use auto, bf16 or fp32 there");
        }
    }

    public ModelOptions withPrecision(Precision precision) {
        return new ModelOptions(device, precision, kernels, cpuThreads, rowBlock, headTokens);
    }

    public ModelOptions withKernels(Kernels kernels) {
        return new ModelOptions(device, precision, kernels, cpuThreads, rowBlock, headTokens);
    }

    public ModelOptions withDevice(DeviceName device) {
        return new ModelOptions(device, precision, kernels, cpuThreads, rowBlock, headTokens);
    }

    public ModelOptions withCpuThreads(int cpuThreads) {
        return new ModelOptions(device, precision, kernels, cpuThreads, rowBlock, headTokens);
    }

    public ModelOptions withRowBlock(int rowBlock) {
        return new ModelOptions(device, precision, kernels, cpuThreads, rowBlock, headTokens);
    }

    public ModelOptions withHeadTokens(@Nullable Path headTokens) {
        return new ModelOptions(device, precision, kernels, cpuThreads, rowBlock, headTokens);
    }
}
