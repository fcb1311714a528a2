package io.speckv.answers;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.answers.CallMatcher.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TaggedCallTest {
    private static final String PING = "{\"name\": \"ping\", \"arguments\": {\"a\": 1}}";

    private static MatchedText read(String text) {
        return MatchedText.of(TaggedCall::new, text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', textBlock = """
        PING</tool_call>
        '\nPING\n</tool_call>'
        '\t PING \r\n</tool_call>'
        """)
    void anObjectAndTheClosingMarkAreACall(String form) {
        String text = form.replace("PING", PING);
        assertThat(read(text))
                .isEqualTo(
                        new MatchedText(Verdict.COMPLETE, text, List.of("ping {\"a\": 1}"), List.of(), text.length()));
    }

    @Test
    void theNextTagClosesItToo() {
        MatchedText matched = read(PING + "\n<tool_call>");
        assertThat(matched.verdict()).isEqualTo(Verdict.COMPLETE);
        assertThat(matched.taken()).as("the tag opens another").isEqualTo(PING + "\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '`', textBlock = """
        [PING]               § [
        ping()               § p
        PINGx                § PINGx
        PING}                § PING}
        PING</tool_calls>    § PING</tool_calls
        PING</tools          § PING</tools
        PING<tool_x          § PING<tool_x
        {"name": "ping"}     § {"name": "ping"}
        {"name" 1            § `{"name" 1`
        """)
    void isWrongAtTheCharacterThatNoCallHas(String form, String until) {
        String wrong = until.replace("PING", PING);
        assertThat(read(form.replace("PING", PING))).isEqualTo(MatchedText.wrongAfter(wrong));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '`', textBlock = """
        PING         § COMPLETE
        PING</tool   § COMPLETE
        PING<tool    § COMPLETE
        {"name"      § WRONG
        ``           § WRONG
        """)
    void theMarkMayBeMissingAtTheEndOfTheText(String form, Verdict verdict) {
        assertThat(MatchedText.atEndOf(TaggedCall::new, form.replace("PING", PING)))
                .isEqualTo(verdict);
    }
}
