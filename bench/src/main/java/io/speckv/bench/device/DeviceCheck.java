package io.speckv.bench.device;

import io.speckv.bench.device.CheckResult.Outcome;
import io.speckv.engine.DeviceName;
import io.speckv.engine.EngineException;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.torch.Capabilities;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Checks whether a device computes right results, and how fast. It runs the golden cases of the reference, variations that must
 * not change a result (batches, small row blocks, reuse, seeds), and measures speed beside the device's own limits. All checks
 * run even if one fails.
 */
public final class DeviceCheck {
    private DeviceCheck() {}

    /**
     * Runs all checks.
     *
     * @param folder for random weights, which stay there, and for golden checkpoints, which are removed afterwards
     * @param told takes each result as it comes
     */
    public static List<CheckResult> run(DeviceName device, CheckSizes sizes, Path folder, Consumer<CheckResult> told)
            throws IOException {
        Files.createDirectories(folder);
        Path unpacked = Files.createTempDirectory(folder, "golden");
        try {
            List<CheckResult> results = new ArrayList<>();
            for (Check check : checks(device, sizes, new GoldenCases(unpacked, sizes.goldenRuns()), folder)) {
                CheckResult result = result(check);
                results.add(result);
                told.accept(result);
            }
            return results;
        } finally {
            remove(unpacked);
        }
    }

    private static List<Check> checks(DeviceName device, CheckSizes sizes, GoldenCases cases, Path folder) {
        ModelOptions on = ModelOptions.DEFAULTS.withDevice(device);
        ModelOptions exact = on.withPrecision(Precision.FP32);
        Precision fast = Capabilities.of(device).resolve(Precision.AUTO);
        return List.of(
                new GoldenCheck(cases, exact),
                new GoldenCheck(cases, on.withPrecision(Precision.BF16)),
                new BatchCheck(cases, exact),
                new EvictionCheck(cases, exact, false),
                new EvictionCheck(cases, exact, true),
                new PrefixCheck(cases, exact),
                new SamplingCheck(cases, exact),
                new SpeedCheck(device, sizes, fast, folder),
                new CascadeCheck(sizes, on.withPrecision(fast), folder));
    }

    /** Turns anything that a check throws into its result, since a broken device shows as errors of libtorch. */
    static CheckResult result(Check check) {
        long started = System.nanoTime();
        Outcome outcome = Outcome.PASSED;
        String sentence;
        Map<String, Object> figures = Map.of();
        try {
            Check.Seen seen = check.run();
            sentence = seen.sentence();
            figures = seen.figures();
        } catch (EngineException e) {
            outcome = Outcome.REFUSED;
            sentence = String.valueOf(e.getMessage());
        } catch (WrongResultException e) {
            outcome = Outcome.FAILED;
            sentence = String.valueOf(e.getMessage());
        } catch (IOException | RuntimeException | LinkageError e) {
            outcome = Outcome.FAILED;
            sentence = e.getClass().getSimpleName() + ": " + firstLine(e);
        }
        return new CheckResult(check.name(), outcome, sentence, figures, (System.nanoTime() - started) / 1e9);
    }

    private static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).strip().lines().findFirst().orElse("");
    }

    private static void remove(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
