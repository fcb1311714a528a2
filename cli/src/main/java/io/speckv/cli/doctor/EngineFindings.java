package io.speckv.cli.doctor;

import io.speckv.bench.device.PrecisionCosts;
import io.speckv.engine.DeviceException;
import io.speckv.engine.DeviceName;
import io.speckv.engine.Kernels;
import io.speckv.engine.Precision;
import io.speckv.engine.Way;
import io.speckv.engine.torch.Capabilities;
import io.speckv.engine.torch.Libtorch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks libtorch, how it computes each precision here, and the GPUs. */
final class EngineFindings {
    /** How to install a libtorch for CUDA; docs/operations.md says the same. */
    static final String CUDA = "unpack PyTorch's libtorch-cxx11-abi-shared-with-deps-2.7.1+cu128.zip, then set"
            + " PYTORCH_LIBRARY_PATH=DIR/libtorch/lib PYTORCH_VERSION=2.7.1 PYTORCH_FLAVOR=cu128 (docs/operations.md)";

    private static final List<Precision> PRECISIONS = List.of(Precision.FP32, Precision.BF16, Precision.INT8);
    private static final String GPUS = "index,name,driver_version,compute_cap,memory.total";

    private EngineFindings() {}

    /** Returns the finding about libtorch. Without libtorch the other findings here cannot be made. */
    static Finding libtorch() {
        try {
            Libtorch libtorch = Libtorch.load();
            @Nullable String folder = System.getenv("PYTORCH_LIBRARY_PATH");
            return Finding.right(
                    "libtorch",
                    "%s %s, %d threads%s"
                            .formatted(
                                    libtorch.version(),
                                    libtorch.cuda() ? "for CUDA" : "for CPUs",
                                    libtorch.threads(),
                                    folder == null ? "" : ", of " + folder));
        } catch (RuntimeException | LinkageError e) {
            return Finding.wrong(
                    "libtorch",
                    "cannot be loaded: " + reason(e),
                    "natives come for Linux (x86-64, aarch64) and macOS (aarch64); the temporary folder must allow"
                            + " execution");
        }
    }

    /**
     * Returns how each precision is computed, and its cost.
     *
     * @param weights folder for random weights to measure with, or null to measure nothing
     */
    static List<Finding> precisions(DeviceName device, @Nullable Path weights) throws IOException {
        Capabilities capabilities = Capabilities.of(device);
        Map<Precision, PrecisionCosts.Cost> costs =
                weights == null ? Map.of() : PrecisionCosts.measure(device, PRECISIONS, weights);
        List<Finding> findings = new ArrayList<>();
        for (Precision precision : PRECISIONS) {
            Way way = capabilities.way(precision, Kernels.AUTO);
            String standsFor = capabilities.resolve(Precision.AUTO) == precision ? " (auto)" : "";
            String subject = precision + standsFor;
            PrecisionCosts.@Nullable Cost cost = costs.get(precision);
            findings.add(
                    way instanceof Way.Refused refused
                            ? Finding.note(subject, "refused", refused.sentence())
                            : Finding.right(subject, way.sentence() + (cost == null ? "" : "; " + cost)));
        }
        for (Capabilities.Trial trial : capabilities.trials()) {
            if (!trial.exact()) {
                findings.add(
                        Finding.right("not used", trial.product() + ", which were tried and wrong: " + trial.found()));
            }
        }
        return findings;
    }

    /** Returns the GPUs that the driver lists, and whether libtorch can use them. */
    static List<Finding> gpus() {
        return gpus(Tool.ask("nvidia-smi", "--query-gpu=" + GPUS, "--format=csv,noheader"), usesCuda());
    }

    /**
     * Returns the same.
     *
     * @param driver what nvidia-smi says; empty if it does not answer
     * @param usable whether libtorch is for CUDA
     */
    static List<Finding> gpus(Optional<String> driver, boolean usable) {
        String said = driver.orElse("").strip();
        if (said.isEmpty()) {
            return List.of(
                    usable
                            ? Finding.note("gpu", "libtorch is for CUDA, no driver answers", "install NVIDIA's driver")
                            : Finding.right("gpu", "none (nvidia-smi does not answer); models run on the CPU"));
        }
        List<Finding> found = said.lines()
                .map(line -> line.strip().split(",\\s*", -1))
                .filter(columns -> columns.length == GPUS.split(",", -1).length)
                .map(columns ->
                        gpu("gpu:%s %s, driver %s, compute capability %s, %s".formatted((Object[]) columns), usable))
                .toList();
        // A driver without a GPU answers too, with a sentence.
        return found.isEmpty()
                ? List.of(
                        Finding.right("gpu", "none (nvidia-smi says: " + firstLine(said) + "); models run on the CPU"))
                : found;
    }

    private static Finding gpu(String text, boolean usable) {
        return usable ? Finding.right("gpu", text) : Finding.note("gpu", text + "; libtorch has no CUDA", CUDA);
    }

    /** Returns a finding if the requested device is missing. */
    static Optional<Finding> missing(DeviceName device) {
        try {
            Capabilities.of(device);
            return Optional.empty();
        } catch (DeviceException e) {
            return Optional.of(Finding.wrong(device.toString(), String.valueOf(e.getMessage()), CUDA));
        }
    }

    private static boolean usesCuda() {
        try {
            return Libtorch.load().cuda();
        } catch (RuntimeException | LinkageError e) {
            return false; // another line reports it
        }
    }

    /** Returns the first line of the failure's message, or of that of the first cause that has one. */
    static String reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = cause.getMessage();
            if (message != null && !message.isBlank()) {
                return firstLine(message);
            }
        }
        return failure.getClass().getSimpleName();
    }

    private static String firstLine(String text) {
        return text.strip().lines().findFirst().orElse("");
    }
}
