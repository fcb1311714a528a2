package io.speckv.answers;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.answers.CallMatcher.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BareJsonCallTest {

    /** @param text from its opener on */
    private static MatchedText read(String opener, String text) {
        assertThat(text).startsWith(opener);
        return MatchedText.of(
                announced -> new BareJsonCall(opener, MatchedText.TOOLS, announced), text.substring(opener.length()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '`', textBlock = """
        {               § {"name": "ping", "parameters": {"a": 1}}                     § ping {"a": 1}
        {               § {"parameters": {}, "name": "ping", "type": "function"}       § ping {}
        [               § [{"name": "ping", "parameters": {}}]                         § ping {}
        <|python_tag|>  § <|python_tag|>{"name": "ping", "parameters": {}}             § ping {}
        <|python_tag|>  § `<|python_tag|> \n {"name": "ping", "parameters": {}}`       § ping {}
        <|python_tag|>  § <|python_tag|>[{"name": "ping", "arguments": {}}]            § ping {}
        <|python_tag|>  § <|python_tag|>{"name": "other", "parameters": {}}            § other {}
        """)
    void anObjectOrAnArrayOfThemIsItsCalls(String opener, String text, String call) {
        MatchedText matched = read(opener, text);
        assertThat(matched.verdict()).isEqualTo(Verdict.COMPLETE);
        assertThat(matched.calls()).containsExactly(call);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '`', textBlock = """
        {               § {"name": "other", "parameters": {}}
        [               § [{"name": "ping", "parameters": {}}, {"name": "other", "parameters": {}}]
        {               § {"a": 1}
        {               § {}
        [               § [1, 2]
        [               § []
        <|python_tag|>  § <|python_tag|>print("a")
        <|python_tag|>  § <|python_tag|>{"a": 1}
        """)
    void jsonThatNamesNoDeclaredToolIsNoneWithoutTheTagAndCodeIsNoneWithIt(String opener, String text) {
        assertThat(read(opener, text).verdict()).isEqualTo(Verdict.WRONG);
    }

    @Test
    void aTextThatEndsBeforeTheJsonDoesIsNoCall() {
        assertThat(MatchedText.atEndOf(
                        announced -> new BareJsonCall("{", MatchedText.TOOLS, announced), "\"name\": \"ping\""))
                .isEqualTo(Verdict.WRONG);
        assertThat(MatchedText.atEndOf(
                        announced -> new BareJsonCall(BareJsonCall.TAG, MatchedText.TOOLS, announced), " "))
                .isEqualTo(Verdict.WRONG);
    }

    @Test
    void argumentsAreSentOnceADeclaredToolIsNamed() {
        MatchedText matched = MatchedText.streamed(
                announced -> new BareJsonCall("{", MatchedText.TOOLS, announced),
                "\"name\": \"ping\", \"parameters\": {\"a\": [1, ");
        assertThat(matched.sent())
                .containsExactly(new AnswerPart.CallBegun("ping"), new AnswerPart.Arguments("{\"a\": [1, "));
    }
}
