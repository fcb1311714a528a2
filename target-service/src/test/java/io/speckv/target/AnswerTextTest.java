package io.speckv.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.GoldenRun;
import io.speckv.engine.sampling.SamplingSettings;
import io.speckv.text.ControlTokens;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The text of answers whose tokens are bytes; {@code |} stands between what was sent after each token. */
class AnswerTextTest {
    private final Tokenizer tokenizer = Tokenizer.open(GoldenRun.model("llama-target"));

    @AfterEach
    void close() {
        tokenizer.close();
    }

    private AnswerText answer(int logprobs, int least, boolean includesStop, String... stops) {
        SamplingSettings sampling = new SamplingSettings(
                0, 0, 1, 0, 1, 0, 0, null, 100, List.of(stops), Set.of(), false, logprobs, least, Map.of());
        return new AnswerText(tokenizer, sampling, SpecialTokens.EXCLUDED, includesStop);
    }

    private AnswerText answer(String... stops) {
        return answer(SamplingSettings.NO_LOGPROBS, 0, false, stops);
    }

    private static String sent(AnswerText answer, String tokens) {
        StringBuilder sent = new StringBuilder();
        for (byte token : tokens.getBytes(StandardCharsets.UTF_8)) {
            sent.append(answer.accept(Byte.toUnsignedInt(token))).append('|');
        }
        return sent.toString();
    }

    @Test
    void textIsSentAsSoonAsItsCharactersAreWhole() {
        AnswerText answer = answer();

        assertThat(sent(answer, "aé🙂b")).isEqualTo("a||é||||🙂|b|");
        assertThat(answer.finish()).isEmpty();
        assertThat(answer.matched()).isEmpty();
    }

    @Test
    void aCharacterThatIsCutOffIsShownAsSuchAtTheEnd() {
        AnswerText answer = answer();

        assertThat(answer.accept(0xC3)).isEmpty();
        assertThat(answer.finish()).isEqualTo("\uFFFD");
    }

    @Test
    void aStopTextAndWhatFollowsItIsNotSent() {
        AnswerText answer = answer("cd", "xyz");

        assertThat(sent(answer, "abcdef")).isEqualTo("a|b|||||");
        assertThat(answer.matched()).contains("cd");
        assertThat(answer.finish()).isEmpty();
    }

    @Test
    void whatMayBeginAStopTextWaitsUntilItIsKnown() {
        AnswerText answer = answer("cde");

        assertThat(sent(answer, "bcdx")).isEqualTo("b|||cdx|");
        assertThat(sent(answer, "cd")).isEqualTo("||");
        assertThat(answer.finish()).as("the answer ended otherwise").isEqualTo("cd");
    }

    @Test
    void aStopTextIsPartOfTheTextOnceWhereThatIsAskedFor() {
        AnswerText answer = answer(SamplingSettings.NO_LOGPROBS, 0, true, "cd");

        assertThat(sent(answer, "bcdcd")).isEqualTo("b||cd|||");
        assertThat(answer.finish()).isEmpty();
    }

    /** Each row is what vLLM 0.32 makes of it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        1 | a  | a     | a    |
        1 | a  | axa   | ax   | a
        1 | a  | aa    | a    | a
        3 | bc | abbc  | ab   | bc
        4 | bc | abbcx | abbcx |
        2 | ab | abx   | abx  |
        2 | aa | aaa   | a    | aa
        """)
    void aStopTextCountsWhereItEndsBehindTheLeastLength(
            int least, String stop, String tokens, String text, String found) {
        AnswerText answer = answer(SamplingSettings.NO_LOGPROBS, least, false, stop);

        assertThat(sent(answer, tokens).replace("|", "") + answer.finish()).isEqualTo(text);
        assertThat(answer.matched()).isEqualTo(Optional.ofNullable(found));
    }

    @Test
    void theRestOfAnAnswerOfTheLeastLengthIsNoStopText() {
        AnswerText answer = answer(SamplingSettings.NO_LOGPROBS, 1, false, "\uFFFD");
        answer.accept(0xC3);

        assertThat(answer.finish()).isEqualTo("\uFFFD");
        assertThat(answer.matched()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        false | b | ``  | b
        true  | b | ``  | b.
        true  | c | ``  | c.
        """)
    void aStopTokenEndsTheTextBehindWhatWasHeldBack(boolean included, String held, String sent, String last) {
        AnswerText answer = answer(SamplingSettings.NO_LOGPROBS, 0, included, held + "xyz");

        assertThat(answer.accept(held.charAt(0))).isEqualTo(sent);
        assertThat(answer.finish('.')).isEqualTo(last);
        assertThat(answer.matched()).isEmpty();
    }

    @Test
    void specialTokensAreTextOnlyWhereTheyAreAskedFor() {
        String spelling = tokenizer.specialTokens().keySet().iterator().next();
        int token = tokenizer.encode(spelling, SpecialTokens.EXCLUDED, ControlTokens.AS_CONTROL)
                .ids()[0];
        SamplingSettings greedy = SamplingSettings.greedy(9);

        assertThat(new AnswerText(tokenizer, greedy, SpecialTokens.EXCLUDED, false).accept(token))
                .isEmpty();
        assertThat(new AnswerText(tokenizer, greedy, SpecialTokens.INCLUDED, false).accept(token))
                .isEqualTo(spelling);
    }

    /** All tokens of one character begin where it begins. */
    @Test
    void eachTokenHasItsPlaceInCodePoints() {
        AnswerText answer = answer(0, 0, false);
        sent(answer, "a🙂é.");

        assertThat(List.of(0, 1, 2, 3, 4, 5, 6, 7).stream().map(answer::offset))
                .containsExactly(0, 1, 1, 1, 1, 2, 2, 3);
    }

    @Test
    void placesComeWithLogProbabilitiesAlone() {
        AnswerText answer = answer();
        sent(answer, "a");

        assertThatThrownBy(() -> answer.offset(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("offsets come with log probabilities");
    }
}
