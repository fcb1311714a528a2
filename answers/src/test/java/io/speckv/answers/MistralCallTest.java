package io.speckv.answers;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.answers.CallMatcher.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MistralCallTest {
    private static final int NAME_CHARS_MOST = 512;

    private static MatchedText read(String text) {
        return MatchedText.of(MistralCall::new, text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '`', textBlock = """
        ping{"a": 1}                        § ping {"a": 1}
        ` \n ping{"a": 1}`                  § ping {"a": 1}
        ping {}                             § ping {}
        ping[ARGS]{}                        § ping {}
        ping [ARGS] {}                      § ping {}
        ping[CALL_ID]a1b2c3d4e[ARGS]{}      § ping {}
        ping[CALL_ID][ARGS]{}               § ping {}
        my_server.look-up:2/3{}             § my_server.look-up:2/3 {}
        größe{"é": "ü"}                     § größe {"é": "ü"}
        """)
    void aNameAndAnObjectAreACall(String text, String call) {
        assertThat(read(text))
                .isEqualTo(new MatchedText(Verdict.COMPLETE, text, List.of(call), List.of(), text.length()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '`', textBlock = """
        [{"name": "ping", "arguments": {}}]                                           § ping {}
        ` [{"name": "ping", "arguments": {}, "id": "a1b2c3d4e"}]`                     § ping {}
        [{"name": "ping", "arguments": {"a": [1]}}, {"name": "b", "arguments": {}}]   § ping {"a": [1]},b {}
        """)
    void anArrayOfObjectsIsItsCalls(String text, String calls) {
        MatchedText matched = read(text);
        assertThat(matched.verdict()).isEqualTo(Verdict.COMPLETE);
        assertThat(String.join(",", matched.calls())).isEqualTo(calls);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '`', textBlock = """
        {}                               § {
        a b{}                            § a b
        ping("a")                        § ping(
        "ping"{}                         § "
        ping]{}                          § ping]
        ping<x{}                         § ping<
        ping[ARGX]{}                     § ping[ARGX
        ping[ARGS]x{}                    § ping[ARGS]x
        ping[ARGS][ARGS]{}               § ping[ARGS][
        ping[CALL_ID]x{}                 § ping[CALL_ID]x{
        ping[CALL_ID]x[ARGX]{}           § ping[CALL_ID]x[ARGX
        ping[A{}                         § ping[A{
        ping{"a": 01}                    § ping{"a": 01
        ping{'a'                         § ping{'
        []                               § []
        [{"name": "ping"}]               § [{"name": "ping"}]
        [{"name": "ping", "arguments": {}}, 7] § [{"name": "ping", "arguments": {}}, 7]
        """)
    void isWrongAtTheCharacterThatNoCallHas(String text, String until) {
        assertThat(read(text)).isEqualTo(MatchedText.wrongAfter(until));
    }

    @Test
    void whatFollowsTheObjectIsNotRead() {
        assertThat(read("ping{\"a\": {}} and {}").taken()).isEqualTo("ping{\"a\": {}}");
    }

    @Test
    void aHeadIsAtMost512CharactersLong() {
        String longest = "x".repeat(NAME_CHARS_MOST);
        assertThat(read(longest + "{}").calls()).containsExactly(longest + " {}");
        assertThat(read(longest + "x{}").verdict()).isEqualTo(Verdict.WRONG);
        assertThat(read("ping[CALL_ID]" + longest).verdict()).isEqualTo(Verdict.WRONG);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ping", "ping[ARGS]", "ping{", "ping{\"a\": \"}", "[", "[{\"name\": \"ping\""})
    void aTextThatEndsBeforeTheObjectDoesIsNoCall(String text) {
        assertThat(MatchedText.atEndOf(MistralCall::new, text)).isEqualTo(Verdict.WRONG);
    }

    @Test
    void aDeclaredToolIsAnnouncedWithTheBraceOfItsObject() {
        MatchedText matched = MatchedText.streamed(MistralCall::new, "ping[CALL_ID]x1[ARGS] {\"a\"");
        assertThat(matched.sent())
                .containsExactly(new AnswerPart.CallBegun("ping"), new AnswerPart.Arguments("{\"a\""));
        assertThat(matched.behind()).isZero();
        assertThat(MatchedText.streamed(MistralCall::new, "ping[ARGS]").sent()).isEmpty();
        assertThat(MatchedText.streamed(MistralCall::new, "other{\"a\"").sent()).isEmpty();
    }

    @Test
    void theCharacterThatBreaksArgumentsIsNotOfThem() {
        MatchedText matched = MatchedText.streamed(MistralCall::new, "ping{\"a\": tx");
        assertThat(matched.verdict()).isEqualTo(Verdict.WRONG);
        assertThat(matched.sent())
                .containsExactly(new AnswerPart.CallBegun("ping"), new AnswerPart.Arguments("{\"a\": t"));
        assertThat(matched.behind()).isEqualTo(1);
    }
}
