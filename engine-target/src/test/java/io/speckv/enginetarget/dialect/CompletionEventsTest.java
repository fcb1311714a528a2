package io.speckv.enginetarget.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.engineclient.EngineReply;
import io.speckv.enginetarget.dialect.AnswerEvent.Ended;
import io.speckv.enginetarget.dialect.AnswerEvent.Ending;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Events have single quotes. */
class CompletionEventsTest {
    private static JsonNode event(String json) {
        return EngineReply.json(json.replace('\'', '"'));
    }

    @Test
    void theLastEventHasTheCounts() {
        assertThat(CompletionEvents.besidesChoices(event("{'choices': [], 'usage': {'completion_tokens': 7,"
                        + " 'prompt_tokens_details': {'cached_tokens': 5}}}")))
                .containsExactly(new AnswerEvent.Counted(7, OptionalInt.of(5)));
        assertThat(CompletionEvents.besidesChoices(
                        event("{'choices': [], 'usage': {'completion_tokens': 7, 'prompt_tokens_details': null}}")))
                .containsExactly(new AnswerEvent.Counted(7, OptionalInt.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'choices': [{'text': 'a'}], 'usage': {'completion_tokens': 7}}",
                "{'choices': [], 'usage': null}",
                "{'choices': []}",
                "{'error': null}",
                "{}"
            })
    void otherEventsHaveNone(String json) {
        assertThat(CompletionEvents.besidesChoices(event(json))).isEmpty();
    }

    @Test
    void anErrorIsAFailure() {
        assertThat(CompletionEvents.besidesChoices(event("{'error': {'message': 'out of memory'}}")))
                .containsExactly(new AnswerEvent.Failed(event("{'message': 'out of memory'}")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {'finish_reason': 'length'}                       | LENGTH      | ``
        {'finish_reason': 'stop'}                         | END_OF_TEXT | ``
        {'finish_reason': 'stop', 'stop_reason': null}    | END_OF_TEXT | ``
        {'finish_reason': 'stop', 'stop_reason': 'END'}   | STOP        | END
        {'finish_reason': 'stop', 'stop_reason': 9}       | STOP        | ``
        {'finish_reason': 'stop', 'stop_reason': 5}       | END_OF_TEXT | ``
        {'finish_reason': 'length', 'stop_reason': 'END'} | LENGTH      | ``
        """)
    void anAnswerEndsAtItsLengthAStopOrAnEndOfTheModel(String choice, Ending ending, String stop) {
        assertThat(CompletionEvents.ended(event(choice), List.of(9))).isEqualTo(new Ended(ending, stop));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'finish_reason': 'abort'}", "{'finish_reason': 'content_filter'}"})
    void anyOtherReasonIsUnknown(String choice) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CompletionEvents.ended(event(choice), List.of()))
                .withMessageStartingWith("an answer ends for the reason '");
    }

    @Test
    void theModelsOwnEndIsNoPartOfTheAnswer() {
        assertThat(CompletionEvents.withoutEnd(new int[] {1, 2, 5}, List.of(9))).isEqualTo(2);
        assertThat(CompletionEvents.withoutEnd(new int[] {1, 2, 9}, List.of(9)))
                .as("a stop token is found later")
                .isEqualTo(3);
        assertThat(CompletionEvents.withoutEnd(new int[0], List.of(9))).isZero();
    }

    @Test
    void idsAreWholeNumbers() {
        assertThat(CompletionEvents.ids(event("[1, 0, 2147483647]"))).containsExactly(1, 0, 2147483647);
        assertThat(CompletionEvents.ids(event("{}").path("token_ids"))).isEmpty();
        for (String wrong : List.of("['a']", "[1.5]", "[null]", "[2147483648]")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> CompletionEvents.ids(event(wrong)))
                    .withMessageStartingWith("a token id is ");
        }
    }
}
