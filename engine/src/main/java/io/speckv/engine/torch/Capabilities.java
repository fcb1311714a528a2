package io.speckv.engine.torch;

import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.util.cuda.CudaUtils;
import io.speckv.engine.DeviceException;
import io.speckv.engine.DeviceName;
import io.speckv.engine.Kernels;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.Processor;
import io.speckv.engine.Way;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a device can compute, from its description and from trials of its products.
 *
 * <p>They are determined once in a process, at the first use of a device, and every layout of weights is chosen by them. A
 * product that a processor offers is used only if it gave the right result with the worst operands. For example, without
 * VNNI sums of two products of bytes are silently cut off at 16 bits. Libraries that are restricted
 * ({@code ONEDNN_MAX_CPU_ISA}, {@code ATEN_CPU_CAPABILITY}) are tried with the restriction.
 */
public final class Capabilities {
    private static final Map<DeviceName, Capabilities> FOUND = new ConcurrentHashMap<>();

    /** Compute capability, times ten, from which CUDA devices multiply bf16 in hardware. */
    private static final int CUDA_BF16 = 80;

    private static final String IN_FLOAT32 = "; activations, keys and values are float32";
    private static final String WIDENED_BF16 =
            "weights of 2 bytes, widened to float32 as they are multiplied" + IN_FLOAT32;
    private static final String HALF =
            "weights of 2 bytes, each as fp16, which holds the same numbers; " + Product.HALF + IN_FLOAT32;
    private static final String WIDENED_INT8 =
            "weights of 1 byte, scaled by block of the row, widened to float32 as they are multiplied" + IN_FLOAT32;
    private static final String BLOCKED_INT8 =
            "weights and activations of 1 byte, scaled by row, mixed by a Hadamard matrix; " + Product.INT8_BLOCKED;
    private static final String PACKED_INT8 =
            "weights of 1 byte and activations of two digits of 7 bits, scaled by row, mixed by a Hadamard matrix; "
                    + Product.INT8_PACKED + "; keys and values are float32";

    private final DeviceName device;
    private final Processor processor;
    private final boolean bf16;
    private final List<Trial> trials;

    /**
     * The trial of a product with a known result, at start.
     *
     * @param product the product that was tried
     * @param exact whether the result was right
     * @param found the wrong result, or why there was none; empty if the result was right
     */
    public record Trial(Product product, boolean exact, String found) {}

    /** The products that are tried. */
    public enum Product {
        FP32_BLOCKED("fp32 products in oneDNN's blocked order"),
        BF16_BLOCKED("bf16 products in oneDNN's blocked order"),
        INT8_BLOCKED("products of unsigned and signed bytes in oneDNN's blocked order"),
        HALF("fp32 products with fp16 weights in FBGEMM's order"),
        INT8_PACKED("products of 7 and 8 bits in FBGEMM's order");

        private final String words;

        Product(String words) {
            this.words = words;
        }

        boolean isOneDnns() {
            return this != HALF && this != INT8_PACKED;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    /**
     * @param bf16 whether the device multiplies bf16 in hardware
     * @param trials one trial of every product; none for a GPU
     */
    Capabilities(DeviceName device, Processor processor, boolean bf16, List<Trial> trials) {
        this.device = device;
        this.processor = processor;
        this.bf16 = bf16;
        this.trials = List.copyOf(trials);
    }

    /**
     * Returns the capabilities of a device.
     *
     * @throws DeviceException if libtorch has no such device
     */
    public static Capabilities of(DeviceName device) {
        return FOUND.computeIfAbsent(device, Capabilities::findOut);
    }

    private static Capabilities findOut(DeviceName device) {
        Processor processor = Processor.current();
        if (!device.isGpu()) {
            return new Capabilities(device, processor, processor.multipliesBf16(), ProductTrials.run());
        }
        Engine engine = Engine.getEngine(Devices.ENGINE);
        if (!engine.hasCapability(StandardCapabilities.CUDA)) {
            throw new DeviceException("device is " + device + ", but this libtorch was built without CUDA: use cpu,"
                    + " or give it a libtorch with CUDA (docs/operations.md)");
        }
        int there = CudaUtils.getGpuCount();
        if (device.gpu() >= there) {
            throw new DeviceException("device is " + device + ", but CUDA sees "
                    + (there == 0 ? "no GPU" : "only gpu:0 to gpu:" + (there - 1)) + ": use one of those or cpu");
        }
        int capability = Integer.parseInt(CudaUtils.getComputeCapability(device.gpu()));
        return new Capabilities(device, processor, capability >= CUDA_BF16, List.of());
    }

    /** Returns the processor; for a GPU, the host's. */
    public Processor processor() {
        return processor;
    }

    /** Returns whether the device multiplies bf16 in hardware. */
    public boolean multipliesBf16() {
        return bf16 && (device.isGpu() || exact(Product.BF16_BLOCKED));
    }

    /** Returns the trials of all products. */
    public List<Trial> trials() {
        return trials;
    }

    /**
     * Returns the precision to use for {@code precision}. {@link Precision#AUTO} becomes bf16 if bf16 weights are multiplied
     * fast here, else fp32.
     */
    public Precision resolve(Precision precision) {
        if (precision != Precision.AUTO) {
            return precision;
        }
        return multipliesBf16() || exact(Product.HALF) ? Precision.BF16 : Precision.FP32;
    }

    /** Returns how a precision is computed here. {@link Precision#AUTO} is resolved first. */
    public Way way(Precision precision, Kernels kernels) {
        Precision meant = resolve(precision);
        if (device.isGpu()) {
            return gpuWay(meant);
        }
        return switch (kind(meant, kernels)) {
            case PLAIN -> new Way.Native("libtorch's fp32 products");
            case BLOCKED ->
                new Way.Native((meant == Precision.FP32 ? Product.FP32_BLOCKED : Product.BF16_BLOCKED).toString());
            case HALF -> new Way.Widened(HALF);
            case NARROW -> new Way.Widened(WIDENED_BF16);
            case BLOCKED_INT8 -> new Way.Native(BLOCKED_INT8);
            case PACKED_INT8 -> new Way.Native(PACKED_INT8);
            case NARROW_INT8 -> new Way.Widened(WIDENED_INT8);
        };
    }

    private Way gpuWay(Precision precision) {
        return switch (precision) {
            case AUTO -> throw new IllegalStateException("auto stands for a precision");
            case FP32 -> new Way.Native("libtorch's fp32 products");
            case BF16 ->
                bf16
                        ? new Way.Native("CUDA's bf16 products")
                        : new Way.Refused("dtype bf16 needs a GPU of compute capability 8.0, which " + device
                                + " has not: use fp32 there");
            case INT8 -> new Way.Refused("dtype int8 is computed on CPUs alone: use auto, bf16 or fp32 on " + device);
        };
    }

    /** Returns the fastest of the layouts whose products are right. */
    private LinearKind kind(Precision precision, Kernels kernels) {
        boolean plain = kernels == Kernels.PLAIN;
        return switch (precision) {
            case AUTO -> throw new IllegalStateException("auto stands for a precision");
            case FP32 -> fast(Product.FP32_BLOCKED, plain) ? LinearKind.BLOCKED : LinearKind.PLAIN;
            case BF16 -> bf16Kind(plain);
            case INT8 ->
                fast(Product.INT8_BLOCKED, plain)
                        ? LinearKind.BLOCKED_INT8
                        : fast(Product.INT8_PACKED, plain) ? LinearKind.PACKED_INT8 : LinearKind.NARROW_INT8;
        };
    }

    /** Without bf16 instructions, oneDNN's bf16 products are slower than float32, if they exist at all. */
    private LinearKind bf16Kind(boolean plain) {
        if (device.isGpu()) {
            return LinearKind.PLAIN;
        }
        if (fast(Product.HALF, plain) && !multipliesBf16()) {
            return LinearKind.HALF;
        }
        return fast(Product.BF16_BLOCKED, plain) ? LinearKind.BLOCKED : LinearKind.NARROW;
    }

    /**
     * Returns normally if models can be opened with these options.
     *
     * @throws DeviceException if the device cannot compute in this precision, naming others
     */
    public void require(ModelOptions options) {
        computation(options.precision(), options.kernels());
    }

    /**
     * Returns the layout of layers and the format they are computed in.
     *
     * @throws DeviceException if the device cannot compute in this precision, naming others
     */
    Computation computation(Precision wanted, Kernels kernels) {
        Precision precision = resolve(wanted);
        if (way(precision, kernels) instanceof Way.Refused refused) {
            throw new DeviceException(refused.sentence());
        }
        LinearKind kind = kind(precision, kernels);
        return new Computation(precision, numbers(kind, precision), kind);
    }

    /** Returns the format of activations, keys and values. */
    private ScalarType numbers(LinearKind kind, Precision precision) {
        return switch (kind) {
            case HALF, NARROW, PACKED_INT8, NARROW_INT8 -> ScalarType.FLOAT32;
            case PLAIN, BLOCKED -> precision == Precision.BF16 ? ScalarType.BFLOAT16 : ScalarType.FLOAT32;
            case BLOCKED_INT8 -> multipliesBf16() ? ScalarType.BFLOAT16 : ScalarType.FLOAT32;
        };
    }

    /**
     * Returns the number format that a precision is computed in here.
     *
     * @throws DeviceException if the device cannot compute in this precision, naming others
     */
    public ScalarType numbers(Precision wanted) {
        return computation(wanted, Kernels.AUTO).numbers();
    }

    /** Returns whether products of a format are right in oneDNN's blocked order. */
    boolean multipliesBlocked(ScalarType numbers) {
        return exact(numbers == ScalarType.FLOAT32 ? Product.FP32_BLOCKED : Product.BF16_BLOCKED);
    }

    private boolean fast(Product product, boolean plain) {
        return !plain && exact(product);
    }

    /** Returns whether a product's result was right in its trial. */
    boolean exact(Product product) {
        return trials.stream().anyMatch(trial -> trial.product() == product && trial.exact());
    }
}
