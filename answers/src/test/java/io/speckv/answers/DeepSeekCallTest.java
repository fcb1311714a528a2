package io.speckv.answers;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.answers.CallMatcher.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Marks are written short: {@code |sep|} for {@code <｜tool▁sep｜>}, and {@code |call|} and {@code |end|} for a call's. */
final class DeepSeekCallTest {
    private static final int HEAD_CHARS_MOST = 512;

    private static CallMatcher one(AnnouncedCalls announced) {
        return new DeepSeekCall(DeepSeekCall.CALL_BEGIN, announced);
    }

    private static CallMatcher list(AnnouncedCalls announced) {
        return new DeepSeekCall(DeepSeekCall.CALLS_BEGIN, announced);
    }

    private static String marked(String text) {
        return text.replace("|sep|", "<｜tool▁sep｜>")
                .replace("|call|", DeepSeekCall.CALL_BEGIN)
                .replace("|end|", "<｜tool▁call▁end｜>");
    }

    private static MatchedText read(String text) {
        return MatchedText.of(DeepSeekCallTest::one, marked(text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', textBlock = """
        ping|sep|{"a": 1}|end|                             § ping {"a": 1}
        ' \n ping |sep| {} \n |end|'                       § ping {}
        'function|sep|ping\n```json\n{"a": 1}\n```|end|'   § ping {"a": 1}
        'function|sep|ping\n```\n{}\n```\n|end|'           § ping {}
        'function|sep|ping{}|end|'                         § ping {}
        'function|sep|ping```json{}```|end|'               § ping {}
        'function|sep|ping\n```json\n{}|end|'              § ping {}
        'ping|sep|{}\n```|end|'                            § ping {}
        """)
    void aNameASeparatorAndAnObjectAreACall(String text, String call) {
        String whole = marked(text);
        assertThat(read(text))
                .isEqualTo(new MatchedText(Verdict.COMPLETE, whole, List.of(call), List.of(), whole.length()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', textBlock = """
        |sep|{}                              § |sep|
        two words|sep|{}                     § two words|sep|
        |call|ping|sep|{}                    § |call|ping|sep|
        ping|sep|two words{}                 § ping|sep|two words{
        ping{}|sep|{}                        § ping{}|sep|
        'function|sep|ping\n```yaml\n{}'     § 'function|sep|ping\n```yaml\n{'
        'function|sep|\n```json\n{}'         § 'function|sep|\n```json\n{'
        ping|sep|{"a": b}                    § ping|sep|{"a": b
        ping|sep|{}x                         § ping|sep|{}x
        'ping|sep|{}``x'                     § 'ping|sep|{}``x'
        'ping|sep|{}```x'                    § 'ping|sep|{}```x'
        'ping|sep|{}<x'                      § 'ping|sep|{}<x'
        """)
    void isWrongAtTheCharacterThatNoCallHas(String text, String until) {
        assertThat(read(text)).isEqualTo(MatchedText.wrongAfter(marked(until)));
    }

    @Test
    void aListOpensWithItsFirstCall() {
        MatchedText matched =
                MatchedText.of(DeepSeekCallTest::list, marked("\n|call|ping|sep|{}|end||call|ping|sep|{}|end|"));
        assertThat(matched.calls()).containsExactly("ping {}");
        assertThat(matched.taken())
                .as("the next call is a match of its own")
                .isEqualTo(marked("\n|call|ping|sep|{}|end|"));
        assertThat(MatchedText.of(DeepSeekCallTest::list, "ping").taken()).isEqualTo("p");
    }

    @Test
    void aHeadIsAtMost512CharactersLong() {
        String longest = "x".repeat(HEAD_CHARS_MOST - "<｜tool▁sep｜>".length());
        assertThat(read(longest + "|sep|{}|end|").calls()).containsExactly(longest + " {}");
        assertThat(read(longest + "x".repeat(20)).verdict()).isEqualTo(Verdict.WRONG);
        assertThat(read("function|sep|" + "x".repeat(HEAD_CHARS_MOST) + "{}|end|")
                        .verdict())
                .isEqualTo(Verdict.COMPLETE);
        assertThat(read("function|sep|" + "x".repeat(HEAD_CHARS_MOST + 1) + "{}|end|")
                        .verdict())
                .isEqualTo(Verdict.WRONG);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', textBlock = """
        ping|sep|{}           § COMPLETE
        'ping|sep|{}\n```\n'  § COMPLETE
        ping|sep|{}|en        § COMPLETE
        ping|sep|{            § WRONG
        ping|sep|             § WRONG
        ping                  § WRONG
        ''                    § WRONG
        """)
    void theEndMarkMayBeMissingAtTheEndOfTheText(String text, Verdict verdict) {
        String cut = text.endsWith("|en") ? text.replace("|en", "<｜tool▁call▁en") : text;
        assertThat(MatchedText.atEndOf(DeepSeekCallTest::one, marked(cut))).isEqualTo(verdict);
    }

    /** Were each of them looked at again with the next, this would take hours. */
    @ParameterizedTest
    @ValueSource(strings = {"ping|sep|{}", "function|sep|ping\n```json\n{}\n```"})
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whiteSpaceBehindTheObjectMayGoOnForLong(String call) {
        assertThat(read(call + "\n".repeat(4_000_000) + "|end|").calls()).containsExactly("ping {}");
    }

    @Test
    void aDeclaredToolIsAnnouncedWithTheBraceOfItsObject() {
        MatchedText matched = MatchedText.streamed(DeepSeekCallTest::one, marked("function|sep|ping\n```json\n{\"a\""));
        assertThat(matched.sent())
                .containsExactly(new AnswerPart.CallBegun("ping"), new AnswerPart.Arguments("{\"a\""));
        assertThat(matched.behind()).isZero();
        MatchedText behind = MatchedText.streamed(DeepSeekCallTest::one, marked("ping|sep|{} x"));
        assertThat(behind.verdict()).isEqualTo(Verdict.WRONG);
        assertThat(behind.behind()).as("the space and the x are text").isEqualTo(2);
    }
}
