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
                    "cannot be loaded: " + firstLine(e),
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
        Optional<String> driver = Tool.ask("nvidia-smi", "--query-gpu=" + GPUS, "--format=csv,noheader");
        boolean usable = usesCuda();
        if (driver.isEmpty() || driver.get().isEmpty()) {
            return List.of(
                    usable
                            ? Finding.note("gpu", "libtorch is for CUDA, no driver answers", "install NVIDIA's driver")
                            : Finding.right("gpu", "none (nvidia-smi does not answer); models run on the CPU"));
        }
        return driver.get()
                .lines()
                .map(line -> {
                    String[] columns = line.split(",\\s*", -1);
                    String text = columns.length == 5
                            ? "gpu:%s %s, driver %s, compute capability %s, %s".formatted((Object[]) columns)
                            : line;
                    return usable
                            ? Finding.right("gpu", text)
                            : Finding.note("gpu", text + "; libtorch has no CUDA", CUDA);
                })
                .toList();
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

    private static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).strip().lines().findFirst().orElse("no reason given");
    }
}
