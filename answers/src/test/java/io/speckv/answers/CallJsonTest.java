package io.speckv.answers;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.answers.CallMatcher.Verdict;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of a call in JSON is sent early: {@code tool(arguments}, and {@code )} where the call is over. */
final class CallJsonTest {

    private static String sent(String text) {
        AnnouncedCalls announced = new AnnouncedCalls(MatchedText.TOOLS, true);
        CallJson json = new CallJson(announced);
        Verdict verdict = Verdict.OPEN;
        for (int i = 0; i < text.length(); i++) {
            verdict = json.accept(text.charAt(i));
        }
        announced.end(verdict == Verdict.COMPLETE && !json.calls().isEmpty());
        StringBuilder sent = new StringBuilder();
        for (AnswerPart part : announced.taken()) {
            if (part instanceof AnswerPart.CallBegun begun) {
                sent.append(begun.tool()).append('(');
            } else if (part instanceof AnswerPart.Arguments arguments) {
                sent.append(arguments.text());
            } else if (part instanceof AnswerPart.CallEnded ended) {
                sent.append(ended.whole() ? ")" : "");
            }
        }
        return sent.toString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '`', textBlock = """
        {"name": "ping", "arguments": {                                    § ping({
        {"name": "ping", "parameters": {"a": {"b": "}"}                    § ping({"a": {"b": "}"}
        {"id": {"name": "no", "arguments": {}}, "name": "ping", "arguments": { § ping({
        {"name": "p\\u0069ng", "arguments": {}}                            § ping({})
        {"name": "ping", "arguments": {}, "id": 7}                         § ping({})
        [{"name": "ping", "arguments": {}}, {"name": "look", "arguments": {"n": § ping({})look({"n":
        """)
    void argumentsFollowANameThatStandsBeforeThem(String text, String sent) {
        assertThat(sent(text)).isEqualTo(sent);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '`', textBlock = """
        {"name": "ping"
        {"name": "other", "arguments": {"a": 1
        {"name": " ", "arguments": {
        {"name": ["ping"], "arguments": {
        {"arguments": {}, "name": "ping"}
        {"name": "ping", "arguments": "{}"}
        {"name": "ping", "arguments": [{}]}
        {"name": "ping", "name": "look", "arguments": {
        {"call": {"name": "ping", "arguments": {}}}
        [[{"name": "ping", "arguments": {
        [7, {"name": "ping", "arguments": {
        [{"name": "other", "arguments": {}}, {"name": "ping", "arguments": {
        """)
    void nothingIsSentOfACallThatIsNotSure(String text) {
        assertThat(sent(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '`', textBlock = """
        {"name": "ping", "arguments": {}, "parameters": {"a": 1      § ping({}
        {"name": "ping", "arguments": {}, "arguments": {"a": 1       § ping({}
        [{"name": "ping", "arguments": {}}, 7, {"name": "look", "arguments": {"a": 1 § ping({}
        """)
    void aSecondOneInTheSameCallIsNotSent(String text, String sent) {
        assertThat(sent(text)).isEqualTo(sent);
    }
}
