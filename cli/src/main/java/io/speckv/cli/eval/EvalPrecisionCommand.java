package io.speckv.cli.eval;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.cli.options.BundledPair;
import io.speckv.cli.options.DeviceArguments;
import io.speckv.cli.options.Numbers;
import io.speckv.cli.options.OptionPaths;
import io.speckv.cli.options.TextFile;
import io.speckv.cli.options.WrongInputException;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.evals.importance.ImportanceSettings;
import io.speckv.evals.importance.ImportanceStudy;
import io.speckv.evals.precision.LikelyTokens;
import io.speckv.evals.precision.PrecisionStudy;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures what each precision loses on one checkpoint. */
@Command(
        name = "precision",
        mixinStandardHelpOptions = true,
        description = "What each precision loses against float32 on a checkpoint, on stretches of a text.")
final class EvalPrecisionCommand implements Callable<Integer> {
    private static final ImportanceSettings COMPARED = new ImportanceSettings(16, 16);

    @Option(
            names = "--target",
            converter = OptionPaths.Input.class,
            paramLabel = "DIR",
            description = "checkpoint (the bundled target)")
    @Nullable
    Path target;

    @Option(
            names = "--against",
            converter = OptionPaths.Input.class,
            paramLabel = "DIR",
            description =
                    "checkpoint whose float32 is compared with, such as the one that the target was quantised from (the"
                            + " target itself)")
    @Nullable
    Path against;

    @Option(
            names = "--text",
            converter = OptionPaths.InputFile.class,
            paramLabel = "FILE",
            description = "text to take stretches of; may be repeated (the project's licence)")
    List<Path> texts = new ArrayList<>();

    @Option(
            names = "--reference",
            converter = OptionPaths.InputFile.class,
            paramLabel = "FILE",
            description = "prompts with another program's likeliest next tokens, as JSON lines, instead of a text and"
                    + " the checkpoint's own float32")
    @Nullable
    Path reference;

    @Option(
            names = "--stretches",
            converter = Numbers.AtLeastOne.class,
            paramLabel = "N",
            defaultValue = "40",
            description = "how many (${DEFAULT-VALUE})")
    int stretches = 40;

    @Option(
            names = "--shortest",
            converter = Numbers.AtLeastOne.class,
            paramLabel = "TOKENS",
            defaultValue = "60",
            description = "of a stretch (${DEFAULT-VALUE})")
    int shortest = 60;

    @Option(
            names = "--longest",
            converter = Numbers.AtLeastOne.class,
            paramLabel = "TOKENS",
            defaultValue = "400",
            description = "of a stretch (${DEFAULT-VALUE})")
    int longest = 400;

    @Option(names = "--seed", defaultValue = "1", description = "of the stretches (${DEFAULT-VALUE})")
    long seed = 1;

    @Option(names = "--dtype", split = ",", defaultValue = "fp32,bf16,int8", description = "of ${DEFAULT-VALUE}")
    List<String> dtypes = List.of();

    @Mixin
    final DeviceArguments device = new DeviceArguments();

    @Option(
            names = "--json",
            converter = OptionPaths.OutputFile.class,
            paramLabel = "FILE",
            description = "write the figures as JSON as well")
    @Nullable
    Path json;

    /**
     * A line of the table.
     *
     * @param way how the precision was computed
     * @param importance compared with fp32; null for fp32 itself
     */
    record Line(
            String precision, String way, PrecisionStudy.Errors errors, ImportanceStudy.@Nullable Cell importance) {}

    @Override
    public Integer call() throws IOException {
        Path folder = target == null ? BundledPair.target() : target;
        List<ModelOptions> precisions = dtypes.stream().map(device::options).toList();
        List<LikelyTokens> given = reference == null ? List.of() : LikelyTokens.read(reference);
        List<int[]> prompts = given.isEmpty()
                ? stretches(folder)
                : given.stream().map(LikelyTokens::prompt).toList();
        if (precisions.stream().anyMatch(options -> against != null || options.precision() != Precision.FP32)) {
            requireLongEnough(prompts);
        }
        List<Line> lines = new ArrayList<>();
        try (DecoderModel exact = DecoderModel.open(against == null ? folder : against, device.options("fp32"))) {
            requireSameVocabulary(folder, exact);
            requireKnownTokens(given, exact.shape().vocabSize());
            List<LikelyTokens> expected = given.isEmpty() ? PrecisionStudy.expectations(exact, prompts) : given;
            printHead(prompts);
            for (ModelOptions options : precisions) {
                Line line = line(folder, against == null, options, exact, expected, prompts);
                lines.add(line);
                print(line);
            }
        }
        if (json != null) {
            new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(json.toFile(), Map.of("lines", lines));
        }
        return 0;
    }

    private List<int[]> stretches(Path folder) throws IOException {
        StringBuilder text = new StringBuilder(texts.isEmpty() ? licence() : "");
        for (Path file : texts) {
            text.append(TextFile.read(file)).append('\n');
        }
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            int[] all =
                    tokenizer.encode(text.toString(), SpecialTokens.EXCLUDED).ids();
            return WrongInputException.ifRefused(
                    () -> PrecisionStudy.stretches(all, stretches, shortest, longest, seed));
        }
    }

    private static String licence() throws IOException {
        try (var in = EvalPrecisionCommand.class.getResourceAsStream("/io/speckv/cli/ask/LICENSE")) {
            return new String(Objects.requireNonNull(in, "LICENSE").readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Line line(
            Path folder,
            boolean againstItself,
            ModelOptions options,
            DecoderModel exact,
            List<LikelyTokens> expected,
            List<int[]> prompts) {
        boolean same = againstItself && options.precision() == Precision.FP32;
        DecoderModel model = same ? exact : DecoderModel.open(folder, options);
        try {
            return new Line(
                    model.precision().toString(),
                    "weights " + model.checkpoint().weightsFormat() + "; "
                            + model.way().sentence(),
                    PrecisionStudy.errors(model, expected),
                    same ? null : PrecisionStudy.importance(model, exact, COMPARED, prompts));
        } finally {
            if (!same) {
                model.close();
            }
        }
    }

    private static void requireSameVocabulary(Path folder, DecoderModel exact) {
        int found;
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            found = checkpoint.shape().vocabSize();
        }
        int wanted = exact.shape().vocabSize();
        if (found != wanted) {
            throw new WrongInputException("--against has a vocabulary of " + wanted + " tokens and --target one of "
                    + found + "; give the checkpoint that the target was made from");
        }
    }

    /** Refuses prompts whose importances cannot be compared. */
    private void requireLongEnough(List<int[]> prompts) {
        int least = COMPARED.window() + COMPARED.top();
        int found = prompts.stream().mapToInt(prompt -> prompt.length).min().orElse(least);
        if (found < least) {
            throw new WrongInputException((reference == null ? "--shortest" : "--reference " + reference)
                    + " gives a prompt of " + found + " tokens; it must have at least " + least
                    + ", so that importances can be compared");
        }
    }

    private void requireKnownTokens(List<LikelyTokens> given, int vocabSize) {
        for (int i = 0; i < given.size(); i++) {
            int highest = IntStream.concat(
                            IntStream.of(given.get(i).prompt()),
                            IntStream.of(given.get(i).likely()))
                    .max()
                    .orElse(0);
            if (highest >= vocabSize) {
                throw new WrongInputException("--reference " + reference + ": prompt " + (i + 1) + " has the token "
                        + highest + "; the checkpoint's tokens are 0 to " + (vocabSize - 1));
            }
        }
    }

    private void printHead(List<int[]> prompts) {
        int[] lengths = prompts.stream().mapToInt(prompt -> prompt.length).toArray();
        System.out.printf(
                "%d stretches of %d to %d tokens; log-probabilities of the %d likeliest next tokens of %s, and"
                        + " importance against %s%n",
                lengths.length,
                IntStream.of(lengths).min().orElse(0),
                IntStream.of(lengths).max().orElse(0),
                LikelyTokens.COUNT,
                reference == null ? exactName() : reference,
                exactName());
        System.out.println("         error   error     same first   importance: rank   overlap of");
        System.out.println("dtype     mean    most          token      correlation   top " + COMPARED.top());
    }

    private String exactName() {
        return against == null ? "its own fp32" : against + " in fp32";
    }

    private static void print(Line line) {
        PrecisionStudy.Errors errors = line.errors();
        ImportanceStudy.Cell importance = line.importance();
        System.out.printf(
                Locale.ROOT,
                "%-5s   %6.4f  %6.3f   %5d of %3d           %6s        %5s   %s%n",
                line.precision(),
                errors.mean(),
                errors.most(),
                errors.sameFirst(),
                errors.prompts(),
                importance == null ? "-" : String.format(Locale.ROOT, "%.4f", importance.spearman()),
                importance == null ? "-" : String.format(Locale.ROOT, "%.3f", importance.overlap()),
                line.way());
    }
}
