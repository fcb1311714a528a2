package io.speckv.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.cli.options.WrongInputException;
import io.speckv.engine.ModelOptions;
import io.speckv.selection.method.Methods;
import io.speckv.text.SpecialTokens;
import io.speckv.text.TextBridge;
import io.speckv.text.Tokenizer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DraftModelTest {
    private static final Path GOLDEN = Path.of(System.getProperty("speckv.golden"));
    private static final Path BYTES = GOLDEN.resolve("models/llama-target");
    private static final int LONG = 5000;

    private static DraftModel draft(String kind) {
        return switch (kind) {
            case "none" -> DraftModel.open(null, ModelOptions.DEFAULTS);
            case "n-grams" -> DraftModel.ofNgrams();
            default -> DraftModel.open(GOLDEN.resolve("models/llama-draft"), ModelOptions.DEFAULTS);
        };
    }

    @ParameterizedTest
    @CsvSource({
        "none, full",
        "none, snapkv",
        "none, laq++",
        "n-grams, snapkv",
        "n-grams, speckv",
        "a model, snapkv",
        "a model, speckv",
        "a model, specpc",
        "a model, speckv-pc"
    })
    void aMethodRunsWithWhatItNeedsOrMore(String kind, String method) {
        try (DraftModel draft = draft(kind)) {
            assertThatCode(() -> draft.requireFor(Methods.of(method, Map.of()), LONG, 8))
                    .doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        none    | speckv    | method speckv needs a draft model: give --draft DIR
        none    | specpc    | method specpc needs a draft model: give --draft DIR
        none    | speckv-pc | method speckv-pc needs a draft model: give --draft DIR
        n-grams | specpc    | method specpc needs a draft model, as n-grams score nothing: give --draft DIR
        n-grams | speckv-pc | method speckv-pc needs a draft model, as n-grams score nothing: give --draft DIR
        """)
    void aMethodWithoutWhatItNeedsIsToldWhatThatIs(String kind, String method, String message) {
        try (DraftModel draft = draft(kind)) {
            assertThatThrownBy(() -> draft.requireFor(Methods.of(method, Map.of()), LONG, 8))
                    .isInstanceOf(WrongInputException.class)
                    .hasMessage(message);
        }
    }

    @Test
    void aPromptWithinTheBudgetNeedsNoScores() {
        try (DraftModel none = draft("none")) {
            assertThatCode(() -> none.requireFor(Methods.of("specpc", Map.of()), 10, 8))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void tokensPassAsTheyAreUnlessTheVocabulariesDiffer() {
        try (Tokenizer target = Tokenizer.open(BYTES);
                DraftModel same = draft("a model");
                DraftModel ngrams = draft("n-grams");
                DraftModel other =
                        DraftModel.open(GOLDEN.resolveSibling("models/speckv-tiny-draft"), ModelOptions.DEFAULTS)) {
            int[] prompt =
                    target.encode("The old mill.", SpecialTokens.INCLUDED).ids();

            assertThat(same.bridge(target, prompt).draftPrompt()).isEqualTo(prompt);
            assertThat(ngrams.bridge(target, prompt).draftPrompt()).isEqualTo(prompt);
            assertThat(other.bridge(target, prompt)).isInstanceOf(TextBridge.class);
            assertThat(other.bridge(target, prompt).draftPrompt()).hasSizeLessThan(prompt.length);
        }
    }
}
