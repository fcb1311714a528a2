package io.speckv.cli.doctor;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.speckv.bench.ModelSize;
import io.speckv.bench.device.CheckResult;
import io.speckv.bench.device.CheckSizes;
import io.speckv.bench.device.DeviceCheck;
import io.speckv.cli.client.ExitStatus;
import io.speckv.cli.options.BundledPair;
import io.speckv.cli.options.Numbers;
import io.speckv.cli.options.OptionPaths;
import io.speckv.cli.options.WrongInputException;
import io.speckv.engine.DeviceName;
import io.speckv.engine.ModelOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Describes this machine, says what is missing, and checks a device. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Say what this machine has, what is missing, and what to do about it.",
            "With --device: check in some minutes that the device computes what it should, and how fast."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:nothing that is needed is missing", "1:something is wrong", "2:the arguments are wrong"})
public final class DoctorCommand implements Callable<Integer> {
    @Option(names = "--target", paramLabel = "DIR", description = "checkpoint of a target (the bundled one)")
    @Nullable
    Path target;

    @Option(names = "--draft", paramLabel = "DIR", description = "checkpoint of a draft (the bundled one)")
    @Nullable
    Path draft;

    @Option(names = "--device", paramLabel = "DEVICE", description = "cpu or gpu:N: check this device")
    @Nullable
    String device;

    @Option(names = "--quick", description = "do not measure what precisions cost")
    boolean quick;

    @Option(names = "--json", description = "print one JSON object")
    boolean json;

    @Option(
            names = "--report",
            converter = OptionPaths.OutputFile.class,
            paramLabel = "FILE",
            defaultValue = "speckv-device-check.json",
            description = "of a device check, as JSON (${DEFAULT-VALUE})")
    Path report = Path.of("speckv-device-check.json");

    @Option(
            names = "--golden-runs",
            converter = Numbers.AtLeastOne.class,
            description = "of the reference, 1 to 16 (16)")
    @Nullable
    Integer goldenRuns;

    @Option(names = "--shape", description = "whose speed is measured (llama-3.2-1b; qwen2.5-60m on a CPU)")
    @Nullable
    String shape;

    @Option(names = "--draft-shape", description = "of the draft before it (qwen2.5-60m)")
    @Nullable
    String draftShape;

    @Option(
            names = "--prompt",
            converter = Numbers.AtLeastOne.class,
            paramLabel = "TOKENS",
            description = "whose prefill is timed (8192; 1024 on a CPU)")
    @Nullable
    Integer prompt;

    @Option(
            names = "--cascade",
            converter = Numbers.AtLeastOne.class,
            paramLabel = "TOKENS",
            description = "through draft and target (16384; 2048 on a CPU)")
    @Nullable
    Integer cascade;

    @Option(
            names = "--weights",
            converter = OptionPaths.OutputFolder.class,
            paramLabel = "DIR",
            description = "where random weights are kept (temporary folder)")
    Path weights = Path.of(System.getProperty("java.io.tmpdir"), "speckv-bench");

    @Override
    public Integer call() throws IOException {
        DeviceName where =
                WrongInputException.ifRefused(() -> device == null ? DeviceName.CPU : DeviceName.parse(device));
        CheckSizes sizes = WrongInputException.ifRefused(() -> sizes(where));
        List<Finding> findings = new ArrayList<>();
        Doctor doctor = new Doctor(
                Path.of(System.getProperty("speckv.home", ".")),
                target == null ? BundledPair.targetFolder() : target,
                draft == null ? BundledPair.draftFolder() : draft,
                ModelOptions.DEFAULTS.withDevice(where),
                quick ? null : weights);
        doctor.examine(finding -> {
            findings.add(finding);
            print(FindingText.lines(finding));
        });
        boolean right = findings.stream().noneMatch(Finding::isWrong);
        List<CheckResult> checks = device != null && right ? check(where, sizes) : List.of();
        right &= checks.stream().noneMatch(check -> check.outcome() == CheckResult.Outcome.FAILED);
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("right", right);
        all.put("device", where.toString());
        all.put("findings", findings);
        all.put("checks", checks);
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        if (device != null) {
            mapper.writeValue(report.toFile(), all);
            print(List.of("", "written to " + report));
        }
        if (json) {
            System.out.println(mapper.writeValueAsString(all));
        }
        return (right ? ExitStatus.DONE : ExitStatus.FAILED).number();
    }

    private CheckSizes sizes(DeviceName where) {
        CheckSizes usual = CheckSizes.of(where);
        return new CheckSizes(
                goldenRuns == null ? usual.goldenRuns() : goldenRuns,
                shape == null ? usual.target() : ModelSize.parse(shape),
                draftShape == null ? usual.draft() : ModelSize.parse(draftShape),
                prompt == null ? usual.promptTokens() : prompt,
                cascade == null ? usual.cascadeTokens() : cascade);
    }

    private List<CheckResult> check(DeviceName where, CheckSizes sizes) throws IOException {
        print(List.of("", "Checking " + where + ":"));
        long started = System.nanoTime();
        List<CheckResult> checks = DeviceCheck.run(where, sizes, weights, result -> {
            print(FindingText.lines(
                    mark(result),
                    String.format(Locale.ROOT, "%.1f s", result.seconds()),
                    result.name() + ": " + result.sentence()));
        });
        long passed = checks.stream()
                .filter(check -> check.outcome() == CheckResult.Outcome.PASSED)
                .count();
        print(List.of(
                "",
                String.format(
                        Locale.ROOT,
                        "%d of %d checks passed in %.0f s",
                        passed,
                        checks.size(),
                        (System.nanoTime() - started) / 1e9)));
        return checks;
    }

    private static String mark(CheckResult result) {
        return switch (result.outcome()) {
            case PASSED -> "ok";
            case REFUSED -> "note";
            case FAILED -> "WRONG";
        };
    }

    private void print(List<String> lines) {
        if (!json) {
            lines.forEach(System.out::println);
            System.out.flush();
        }
    }
}
