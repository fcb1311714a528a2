package io.speckv.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.selection.FixedBudget;
import io.speckv.selection.method.Methods;
import io.speckv.selection.prompt.KeepAll;
import io.speckv.selection.prompt.MiddleTruncation;
import io.speckv.selection.prompt.PromptPolicy;
import io.speckv.selection.prompt.PromptText;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A byte is a token here. */
class PromptTextsTest {
    private static final String CODE = "Run this:\n```\nint a = 1;\nint b = 2;\n```\nThat is all of it.";

    private final Tokenizer tokenizer = Tokenizer.open(TestModels.byteLevel());

    @AfterEach
    void close() {
        tokenizer.close();
    }

    /** SpecPC with room for ten tokens. */
    private static PromptPolicy policy(Map<String, ?> rules) {
        Map<String, Object> settings = new HashMap<>(rules);
        settings.put("window_size", 4);
        settings.put("max_capacity_prompt", 10);
        return Methods.of("specpc", settings).prompt();
    }

    private Encoding encoded() {
        return tokenizer.encode(CODE, SpecialTokens.EXCLUDED);
    }

    private static String line(PromptText text, int line) {
        return CODE.substring(text.lines().start(line), text.lines().end(line));
    }

    @Test
    void aPolicyThatAsksForNothingGetsNothing() {
        PromptText text = PromptTexts.of(tokenizer, encoded(), new MiddleTruncation(new FixedBudget(5)));
        assertThat(text.lines().isEmpty()).isTrue();
        assertThat(text.mark()).isEmpty();
    }

    @Test
    void aPromptThatStaysWholeIsNotLookedAt() {
        assertThat(PromptTexts.of(tokenizer, encoded(), new KeepAll())).isSameAs(PromptText.NONE);
        assertThat(PromptTexts.of(tokenizer, encoded().ids(), new KeepAll())).isSameAs(PromptText.NONE);
    }

    @Test
    void linesAreThoseOfCodeAndTables() {
        PromptText text = PromptTexts.of(tokenizer, encoded(), policy(Map.of("whole_lines", true)));
        assertThat(text.lines().count()).isEqualTo(4);
        assertThat(line(text, 0)).isEqualTo("```\n");
        assertThat(line(text, 1)).isEqualTo("int a = 1;\n");
        assertThat(line(text, 3)).isEqualTo("```\n");
        assertThat(text.mark()).isEmpty();
    }

    @Test
    void theMarkIsWhatTheTokenizerMakesOfDotsInBrackets() {
        PromptText text = PromptTexts.of(tokenizer, encoded(), policy(Map.of("marks", true)));
        assertThat(tokenizer.decode(text.mark(), SpecialTokens.INCLUDED)).isEqualTo("[...]");
        assertThat(text.lines().isEmpty()).isTrue();
    }

    @Test
    void ofTokensTheTextIsReadBackWhereItMatters() {
        int[] ids = encoded().ids();
        PromptText text = PromptTexts.of(tokenizer, ids, policy(Map.of("whole_lines", true, "marks", true)));
        assertThat(text.lines().count()).isEqualTo(4);
        assertThat(line(text, 2)).isEqualTo("int b = 2;\n");
        assertThat(tokenizer.decode(text.mark(), SpecialTokens.INCLUDED)).isEqualTo("[...]");
        assertThat(PromptTexts.of(tokenizer, ids, policy(Map.of()))).isSameAs(PromptText.NONE);
    }
}
