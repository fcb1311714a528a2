package io.speckv.evals.longbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MiddleCutTest {
    /** One token a character of any plane. */
    private static final MiddleCut.Codec CHARACTERS = new MiddleCut.Codec() {
        @Override
        public int[] encode(String text) {
            return text.codePoints().toArray();
        }

        @Override
        public String decode(int[] ids) {
            return new String(ids, 0, ids.length);
        }
    };

    @ParameterizedTest(name = "''{0}'' in {1} tokens: ''{2}''")
    @CsvSource(quoteCharacter = '"', textBlock = """
            abcdef,   6, abcdef
            abcdef,   5, abef
            abcdef,   4, abef
            abcdef,   3, af
            abcdef,   2, af
            "",       2, ""
            😀a😁b😂c, 4, 😀a😂c
            """)
    void asManyTokensStayAtEitherEndAsHalfOfWhatFits(String prompt, int most, String kept) {
        assertThat(new MiddleCut(CHARACTERS, most).apply(prompt)).isEqualTo(kept);
    }

    @Test
    void aPromptThatFitsIsNotReadBackFromItsTokens() {
        MiddleCut.Codec lossy = new MiddleCut.Codec() {
            @Override
            public int[] encode(String text) {
                return text.codePoints().toArray();
            }

            @Override
            public String decode(int[] ids) {
                return "?".repeat(ids.length);
            }
        };
        assertThat(new MiddleCut(lossy, 4).apply("abcd")).isEqualTo("abcd");
        assertThat(new MiddleCut(lossy, 4).apply("abcde")).isEqualTo("????");
    }

    @Test
    void thereIsRoomForBothEnds() {
        assertThatThrownBy(() -> new MiddleCut(CHARACTERS, 1)).hasMessage("tokensMax is 1, must be at least 2");
    }
}
