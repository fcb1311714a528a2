package io.speckv.cli.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.cli.options.Numbers;
import io.speckv.cli.options.OptionPaths;
import io.speckv.cli.options.TextFile;
import io.speckv.cli.options.WrongInputException;
import io.speckv.engine.checkpoint.config.ModelConfig;
import io.speckv.text.ControlTokens;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the most frequent tokens of texts for the draft service's {@code vocabulary.file}. */
@Command(
        name = "draft-vocabulary",
        mixinStandardHelpOptions = true,
        description = {
            "Choose the tokens that a draft's trimmed LM head keeps: the most frequent ones of texts such as answers"
                    + " that were given. The list goes to standard output, what it covers to standard error.",
            "Give it to a draft service as --vocabulary.file=LIST."
        })
public final class DraftVocabularyCommand implements Callable<Integer> {
    /** Characters that are tokenized at once; a piece goes on to the next line break. */
    private static final int PIECE = 1 << 20;

    @Option(
            names = "--model",
            converter = OptionPaths.Input.class,
            required = true,
            paramLabel = "DIR",
            description = "folder of the draft model")
    Path model = Path.of("");

    @Option(
            names = "--keep",
            converter = Numbers.AtLeastOne.class,
            required = true,
            paramLabel = "N",
            description = "tokens to keep, end tokens included")
    int keep;

    @Parameters(
            arity = "1..*",
            converter = OptionPaths.InputFile.class,
            paramLabel = "FILE",
            description = "texts, UTF-8")
    List<Path> files = List.of();

    @Override
    public Integer call() throws IOException {
        ModelConfig config = ModelConfig.read(model);
        try (Tokenizer tokenizer = Tokenizer.open(model)) {
            int vocabSize = Math.min(tokenizer.vocabSize(), config.shape().vocabSize());
            int least = Math.max(1, config.endTokens().size());
            if (keep < least || keep > vocabSize) {
                throw new WrongInputException(
                        "--keep is " + keep + ", must be " + least + " to " + vocabSize + ", the tokens of " + model);
            }
            TokenCounts counts = new TokenCounts(vocabSize);
            for (Path file : files) {
                TextFile.pieces(file, PIECE, text -> count(text, tokenizer, counts));
            }
            int[] kept = counts.mostFrequent(keep, config.endTokens());
            System.out.print(list(kept, counts, tokenizer));
            System.err.printf(
                    Locale.ROOT,
                    "%d of %d tokens; they are %.2f %% of the %d in the texts%n",
                    kept.length,
                    vocabSize,
                    100 * counts.share(kept),
                    counts.total());
        }
        return 0;
    }

    private static void count(String text, Tokenizer tokenizer, TokenCounts counts) {
        counts.add(tokenizer
                .encode(text, SpecialTokens.EXCLUDED, ControlTokens.AS_CONTROL)
                .ids());
    }

    /** Returns one token a line, most frequent first, with its count and its text as a comment. */
    private static String list(int[] kept, TokenCounts counts, Tokenizer tokenizer) throws JsonProcessingException {
        ObjectMapper quoted = new ObjectMapper();
        StringBuilder lines = new StringBuilder();
        for (int token : kept) {
            String text = tokenizer.decode(new int[] {token}, SpecialTokens.INCLUDED);
            lines.append("%d # %d %s%n".formatted(token, counts.of(token), quoted.writeValueAsString(text)));
        }
        return lines.toString();
    }
}
