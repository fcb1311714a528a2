package io.speckv.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.cli.options.WrongInputException;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.TinyClassifier;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.generate.PromptScorer;
import io.speckv.selection.method.Method;
import io.speckv.selection.method.Methods;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalClassifierTest {
    private static final Path BYTES =
            Path.of(System.getProperty("speckv.golden")).resolve("models/llama-target");
    private static final Method SNAPKV = Methods.of("snapkv", Map.of());
    private static final Method NAMING_NONE = Methods.of("llmlingua2", Map.of());
    private static final int LONG = 5000;

    @TempDir
    Path folder;

    private static Method naming(Path classifier) {
        return Methods.of("llmlingua2", Map.of("classifier", classifier.toString()));
    }

    @Test
    void methodsThatNameNoneHaveNone() {
        try (LocalClassifier none = LocalClassifier.open(List.of(SNAPKV, NAMING_NONE), ModelOptions.DEFAULTS);
                Tokenizer tokenizer = Tokenizer.open(BYTES)) {
            assertThat(none.scorer(tokenizer)).isNull();
            assertThatCode(() -> none.requireFor(SNAPKV, LONG, 8)).doesNotThrowAnyException();
            assertThatCode(() -> none.requireFor(NAMING_NONE, 10, 8))
                    .as("a prompt within the budget is not classified")
                    .doesNotThrowAnyException();
            assertThatThrownBy(() -> none.requireFor(NAMING_NONE, LONG, 8))
                    .isInstanceOf(WrongInputException.class)
                    .hasMessage("method llmlingua2 needs a token classifier: give it as its setting classifier=DIR");
        }
    }

    @Test
    void oneThatIsNamedScoresEveryTokenOfATargetsPrompt() {
        Method method = naming(TinyClassifier.BERT.write(folder.resolve("bert")));
        try (LocalClassifier one = LocalClassifier.open(List.of(SNAPKV, method, method), ModelOptions.DEFAULTS);
                Tokenizer tokenizer = Tokenizer.open(BYTES)) {
            int[] prompt =
                    tokenizer.encode("The old mill.", SpecialTokens.INCLUDED).ids();
            PromptScorer scorer = Objects.requireNonNull(one.scorer(tokenizer));

            assertThatCode(() -> one.requireFor(method, LONG, 8)).doesNotThrowAnyException();
            assertThat(scorer.score(prompt, YieldPoint.NONE)).hasSize(prompt.length);
        }
    }

    @Test
    void severalAreRefusedByTheirFolders() {
        List<Method> two = List.of(naming(folder.resolve("b")), naming(folder.resolve("a")));

        assertThatThrownBy(() -> LocalClassifier.open(two, ModelOptions.DEFAULTS))
                .isInstanceOf(WrongInputException.class)
                .hasMessage("the methods name several token classifiers, [" + folder.resolve("a") + ", "
                        + folder.resolve("b") + "]; name one");
    }
}
