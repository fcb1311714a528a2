package io.speckv.answers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CallReaderTest {
    private static final String PING = "<tool_call>{\"name\": \"ping\", \"arguments\": {}}</tool_call>";
    private static final AnswerPart PINGED = new AnswerPart.Call("ping", "{}");

    private final List<AnswerPart> passed = new ArrayList<>();

    private CallReader reader(CallFormat format, boolean announces) {
        return new CallReader(
                format, MatchedText.TOOLS, announces, new TextAroundCalls(format, AnswerPart.Text::new, passed::add));
    }

    private List<AnswerPart> read(CallFormat format, String text) {
        CallReader reader = reader(format, false);
        reader.read(text);
        reader.end();
        return ReadAnswer.joined(passed);
    }

    private static AnswerPart text(String text) {
        return new AnswerPart.Text(text);
    }

    @Test
    void textLeavesAtOnceUpToWhatMayBeginAMark() {
        CallReader reader = reader(CallFormat.HERMES, false);
        reader.read("a < b <tool");
        assertThat(ReadAnswer.joined(passed)).containsExactly(text("a < b "));
        reader.read("s> c");
        assertThat(ReadAnswer.joined(passed)).containsExactly(text("a < b <tools> c"));
    }

    @Test
    void aCallLeavesWithItsLastCharacter() {
        CallReader reader = reader(CallFormat.HERMES, false);
        reader.read(PING.substring(0, PING.length() - 1));
        assertThat(passed).isEmpty();
        reader.read(">");
        assertThat(passed).containsExactly(PINGED);
    }

    @Test
    void behindAWrongMarkReadingGoesOnAtItsEnd() {
        assertThat(read(CallFormat.HERMES, "<tool_call>" + PING)).containsExactly(text("<tool_call>"), PINGED);
    }

    @Test
    void whatBeganLikeACallAndBrokeHidesNoneInIt() {
        String broken = "<tool_call>{\"name\": \"ping\", \"arguments\": {\"a\": ";
        assertThat(read(CallFormat.HERMES, broken + PING + "!")).containsExactly(text(broken), PINGED, text("!"));
    }

    @Test
    void anOpenCallIsTextWhenTheAnswerEnds() {
        String open = PING.substring(0, PING.indexOf("{}"));
        assertThat(read(CallFormat.HERMES, "See " + open)).containsExactly(text("See " + open));
    }

    @Test
    void theMarkThatEndedACallOpensTheNext() {
        String unclosed = PING.replace("</tool_call>", "");
        assertThat(read(CallFormat.HERMES, unclosed + unclosed + PING)).containsExactly(PINGED, PINGED, PINGED);
    }

    @Test
    void aTrailerGoesWithTheCallBeforeItAndIsTextElsewhere() {
        assertThat(read(CallFormat.QWEN3_CODER, "</tool_call> <function=ping></function></tool_call>"))
                .containsExactly(text("</tool_call> "), PINGED);
    }

    @Test
    void aFormatWithoutCallsIsTextAsItComes() {
        CallReader reader = reader(CallFormat.NONE, true);
        reader.read("<tool_call>{");
        assertThat(passed).containsExactly(text("<tool_call>{"));
    }

    @Test
    void anAnnouncedCallThatBreaksStaysOneAndTheRestIsText() {
        CallReader reader = reader(CallFormat.MISTRAL, true);
        reader.read("Hi [TOOL_CALLS]ping{\"a\": ");
        assertThat(passed)
                .containsExactly(text("Hi "), new AnswerPart.CallBegun("ping"), new AnswerPart.Arguments("{\"a\": "));
        reader.read("no} [TOOL_CALLS]ping{}");
        reader.end();
        assertThat(ReadAnswer.joined(passed))
                .containsExactly(
                        text("Hi "),
                        new AnswerPart.CallBegun("ping"),
                        new AnswerPart.Arguments("{\"a\": n"),
                        new AnswerPart.CallEnded(false),
                        text("o} "),
                        new AnswerPart.CallBegun("ping"),
                        new AnswerPart.Arguments("{}"),
                        new AnswerPart.CallEnded(true));
    }

    @Test
    void anArrayWhoseLaterCallsCouldNotBeAnnouncedSendsThemAtItsEnd() {
        CallReader reader = reader(CallFormat.MISTRAL, true);
        reader.read(
                "[TOOL_CALLS][{\"name\": \"ping\", \"arguments\": {}}, {\"arguments\": {\"n\": 1}, \"name\": \"look\"}]");
        assertThat(ReadAnswer.joined(passed))
                .containsExactly(
                        new AnswerPart.CallBegun("ping"),
                        new AnswerPart.Arguments("{}"),
                        new AnswerPart.CallEnded(true),
                        new AnswerPart.Call("look", "{\"n\": 1}"));
    }

    /** Each bracket may open an array, and 500 of them in one another are looked at before it turns out to be none. */
    @ParameterizedTest
    @ValueSource(ints = {30_000, 40_000})
    void whatIsReadAgainInVainIsBounded(int brackets) {
        String opening = "[".repeat(brackets);
        List<AnswerPart> parts = read(CallFormat.LLAMA3_JSON, opening + "{\"name\": \"ping\", \"parameters\": {}}");
        if (brackets == 30_000) {
            assertThat(parts).as("15 million characters").containsExactly(text(opening), PINGED);
        } else {
            assertThat(parts)
                    .as("20 million characters")
                    .containsExactly(text(opening + "{\"name\": \"ping\", \"parameters\": {}}"));
        }
    }
}
