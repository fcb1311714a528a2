package io.speckv.enginetarget.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.speckv.engineclient.EngineReply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Events have single quotes, and what is read of them is written as {@code [ids] 'text'}, {@code ...}, counts and endings. */
class LlamaCppReaderTest {
    private final LlamaCppReader reader = new LlamaCppReader(2);

    private List<AnswerEvent> events(String json) {
        return reader.read(EngineReply.json(json.replace('\'', '"')));
    }

    private List<String> read(String json) {
        List<String> read = new ArrayList<>();
        for (AnswerEvent event : events(json)) {
            if (event instanceof AnswerEvent.Tokens tokens) {
                read.add(Arrays.toString(tokens.ids()) + " '" + tokens.text() + "'");
            } else if (event instanceof AnswerEvent.Pending) {
                read.add("...");
            } else if (event instanceof AnswerEvent.Counted counted) {
                read.add(counted.generatedTokens() + " tokens, "
                        + (counted.cachedTokens().isPresent()
                                ? counted.cachedTokens().getAsInt()
                                : "?") + " cached");
            } else if (event instanceof AnswerEvent.Ended ended) {
                read.add(ended.ending() + " " + ended.stop());
            } else {
                read.add(event.toString());
            }
        }
        return read;
    }

    @Test
    void tokensWithTextComeAtOnce() {
        assertThat(read("{'content': 'Hi', 'tokens': [5], 'stop': false}")).containsExactly("[5] 'Hi'");
        assertThat(read("{'content': ' you', 'tokens': [6, 7]}")).containsExactly("[6, 7] ' you'");
    }

    @Test
    void aTokenWithoutTextWaitsForTheNextEvent() {
        assertThat(read("{'content': '', 'tokens': [5]}")).containsExactly("...");
        assertThat(read("{'content': 'é', 'tokens': [6]}")).containsExactly("[5] ''", "[6] 'é'");
    }

    @Test
    void theModelsEndTokenIsNoPartOfTheAnswer() {
        assertThat(read("{'content': '', 'tokens': [2]}")).containsExactly("...");
        assertThat(read("{'stop': true, 'stop_type': 'eos', 'tokens_predicted': 4, 'timings': {'cache_n': 9}}"))
                .containsExactly("4 tokens, 9 cached", "END_OF_TEXT ");
    }

    @Test
    void aTokenWithoutTextThatIsNoEndIsPartOfIt() {
        assertThat(read("{'content': '', 'tokens': [5]}")).containsExactly("...");
        assertThat(read("{'stop': true, 'stop_type': 'limit', 'tokens_predicted': 4}"))
                .containsExactly("[5] ''", "4 tokens, ? cached", "LENGTH ");
    }

    @Test
    void aStopWordIsNamed() {
        assertThat(read("{'stop': true, 'stop_type': 'word', 'stopping_word': 'END', 'tokens_predicted': 1}"))
                .containsExactly("1 tokens, ? cached", "STOP END");
    }

    @Test
    void anotherReasonIsUnknown() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> events("{'stop': true, 'stop_type': 'none'}"))
                .withMessage("an answer ends for the reason 'none'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {'content': '', 'tokens': []}
        {'content': 'x', 'tokens': [5], 'prompt_progress': {'processed': 10}}
        {}
        """)
    void whatIsNoPartOfTheAnswerIsSkipped(String event) {
        assertThat(read(event)).isEmpty();
    }

    @Test
    void anErrorIsAFailure() {
        assertThat(events("{'error': {'message': 'no'}}"))
                .containsExactly(new AnswerEvent.Failed(EngineReply.json("{\"message\": \"no\"}")));
    }

    @Test
    void logProbabilitiesAreThoseOfTheTokensWithAsManyAlternativesAsWanted() {
        AnswerEvent event = events("{'content': 'a', 'tokens': [5], 'completion_probabilities': [{'id': 5,"
                        + " 'logprob': -0.5, 'top_logprobs': [{'id': 5, 'logprob': -0.5}, {'id': 8, 'logprob': -1.5},"
                        + " {'id': 9, 'logprob': -2.5}]}]}")
                .get(0);
        assertThat(event).isInstanceOf(AnswerEvent.Tokens.class);
        EngineLogprobs logprobs = ((AnswerEvent.Tokens) event).logprobs().get(0);
        assertThat(logprobs.logprob()).isEqualTo(-0.5f);
        assertThat(logprobs.topTokens()).containsExactly(5, 8);
        assertThat(logprobs.topLogprobs()).containsExactly(-0.5f, -1.5f);
    }

    @Test
    void probabilitiesThatDoNotBelongToTheTokensAreNone() {
        AnswerEvent event = events("{'content': 'a', 'tokens': [5, 6], 'completion_probabilities': [{'logprob': -1}]}")
                .get(0);
        assertThat(((AnswerEvent.Tokens) event).logprobs()).isEmpty();
    }
}
