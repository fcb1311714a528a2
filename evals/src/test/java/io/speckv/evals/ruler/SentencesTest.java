package io.speckv.evals.ruler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SentencesTest {
    @ParameterizedTest(name = "''{0}''")
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false, quoteCharacter = '`', textBlock = """
            The sky is blue. Here we go. And back again.|The sky is blue./Here we go./And back again.
            Is it? It is! "Yes." He left.|Is it?/It is!/"Yes."/He left.
              It is 3.5 or v1.2.  Then more  |It is 3.5 or v1.2./Then more
            no end|no end
            日本です。次です。|日本です。/次です。
            One 😀. Two 😁.|One 😀./Two 😁.
            ...|...
            ``|``
            `  `|``
            """)
    void textIsCutBehindTheSignsThatEndSentences(String text, String sentences) {
        List<String> expected = sentences.isEmpty() ? List.of() : List.of(sentences.split("/", -1));
        assertThat(Sentences.of(text)).isEqualTo(expected);
    }

    @Test
    void nothingButBlanksIsLostAndNoSentenceIsEmpty() {
        String[] pieces = {
            "Word", "word", ".", "?", "!", " ", "  ", "\n", "\t", "\"", "(", ")", "3", "é", "😀", "。", "…"
        };
        Random random = new Random(1);
        for (int i = 0; i < 500; i++) {
            StringBuilder text = new StringBuilder();
            for (int left = random.nextInt(30); left > 0; left--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            List<String> sentences = Sentences.of(text.toString());
            assertThat(String.join("", sentences).replaceAll("\\s", ""))
                    .isEqualTo(text.toString().replaceAll("\\s", ""));
            assertThat(sentences).allMatch(sentence -> !sentence.isEmpty() && sentence.equals(sentence.strip()));
        }
    }
}
