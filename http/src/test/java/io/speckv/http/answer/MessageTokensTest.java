package io.speckv.http.answer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.proto.v1.TokenLogprobs;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageTokensTest {
    private final MessageTokens tokens = new MessageTokens();

    /** Writes tokens that come together, from targets that do not say where a token begins. */
    private void write(String... texts) {
        TokenDelta.Builder delta = TokenDelta.newBuilder().setText(String.join("", texts));
        for (String text : texts) {
            delta.addLogprobs(TokenLogprobs.newBuilder().setText(text));
        }
        tokens.write(delta.build());
    }

    private void write(int offset, String token, String completed) {
        tokens.write(TokenDelta.newBuilder()
                .setText(completed)
                .addLogprobs(TokenLogprobs.newBuilder()
                        .setText(token)
                        .setTextOffset(offset)
                        .setTokenBytes(ByteString.copyFromUtf8(offset + "")))
                .build());
    }

    private List<String> taken(String text, int undecided) {
        return tokens.take(text, undecided).stream().map(TokenLogprobs::getText).toList();
    }

    @Test
    void aTextHasTheTokensThatItFollowsTheLastOneWith() {
        write("a", "bc", "d");

        assertThat(taken("abc", 1)).containsExactly("a", "bc");
        assertThat(taken("d", 0)).containsExactly("d");
        assertThat(taken("d", 0)).as("nothing is left").isEmpty();
    }

    @Test
    void aTokenOfTwoTextsIsToldWithTheFirst() {
        write("ab", "c");

        assertThat(taken("a", 2)).containsExactly("ab");
        assertThat(taken("bc", 0)).containsExactly("c");
    }

    @Test
    void whatIsLeftOutBeforeATextIsNoneOfIt() {
        write("so", "</think>", "so");

        assertThat(taken("so", -1)).containsExactly("so");
        assertThat(taken("so", 0)).containsExactly("so");
        assertThat(taken("", 0)).isEmpty();
    }

    /** A search from the front would find the letter in the mark. */
    @Test
    void aShortTextIsSoughtAtTheEndOfWhatIsDecided() {
        write("</tool_call>");
        write("a", "<");

        assertThat(taken("a", 1)).containsExactly("a");
    }

    @Test
    void aTextBeforeACallThatIsReadWithItIsSoughtFromTheFront() {
        write("</think>", "Hi", "<tool_call>", "Hi");

        assertThat(taken("Hi", -1)).containsExactly("Hi");
        write(".");
        assertThat(taken("Hi.", 0)).containsExactly("Hi", ".");
    }

    @Test
    void allTokensOfACharacterAreItsOwn() {
        write(0, "a", "a");
        write(1, "\uFFFD", "");
        write(1, "\uFFFD", "🙂");
        write(2, "b", "b");

        assertThat(taken("a", 2)).containsExactly("a");
        assertThat(taken("🙂", 1)).containsExactly("\uFFFD", "\uFFFD");
        assertThat(taken("b", 0)).containsExactly("b");
    }

    @Test
    void textThatComesAfterItsTokensIsFoundByTheirPlaces() {
        write(0, "ab", "");
        write(2, "cd", "");
        write(4, "e", "abcde");

        assertThat(taken("abc", 2)).containsExactly("ab", "cd");
        assertThat(taken("de", 0)).containsExactly("e");
    }

    @Test
    void whatTheAnswerWasBegunWithHasNoTokens() {
        tokens.begin("<é🙂");
        write(0, "b", "b");
        write(1, "c", "c");

        assertThat(taken("<é🙂b", 1)).containsExactly("b");
        assertThat(taken("c", 0)).containsExactly("c");
    }

    @Test
    void aTextThatNobodyWroteHasNoTokensAndTakesNone() {
        write("a");

        assertThat(taken("x", 0)).isEmpty();
        assertThat(taken("a", 0)).containsExactly("a");
    }
}
