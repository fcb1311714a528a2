package io.speckv.answers;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.answers.MarkSearch.Found;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarkSearchTest {
    private static final int MANY = 100_000;

    @ParameterizedTest(name = "\"{0}\" from {1}: \"{3}\" at {2}")
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "a<tool>b,0,1,<tool>",
                "a<tool>b<end>,2,8,<end>",
                "a<to,0,1,''",
                "a<tox<tool>,0,5,<tool>",
                "<<<tool>,0,2,<tool>",
                "a<en<to,0,4,''",
                "nothing,0,7,''",
                "'',0,0,''",
                "<tool>,6,6,''",
                "<,0,0,''",
                "é😀<end>,0,3,<end>"
            })
    void theFirstMarkIsFoundOrWhereOneMayBegin(String text, int from, int at, String mark) {
        assertThat(new MarkSearch(List.of("<tool>", "<end>")).first(text, from)).isEqualTo(new Found(at, mark));
    }

    @Test
    void aWholeMarkGoesBeforeALongerOneThatMayStillCome() {
        assertThat(new MarkSearch(List.of("<a><b>", "<a>")).first("x<a>", 0)).isEqualTo(new Found(1, "<a>"));
    }

    /** Whatever follows, nothing before the place that is found belongs to a mark. */
    @Test
    void noMarkIsMissedHoweverTheTextGoesOn() {
        Random random = new Random(5);
        List<String> marks = List.of("aab", "ab", "bca", "cc");
        MarkSearch search = new MarkSearch(marks);
        for (int i = 0; i < MANY; i++) {
            String whole = random.ints(random.nextInt(9), 'a', 'd')
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            int cut = random.nextInt(whole.length() + 1);
            int from = random.nextInt(cut + 1);
            Found found = search.first(whole.substring(0, cut), from);
            int first = whole.length();
            for (int at = whole.length() - 1; at >= from; at--) {
                int place = at;
                first = marks.stream().anyMatch(mark -> whole.startsWith(mark, place)) ? at : first;
            }

            assertThat(found.at()).as("%s cut at %s", whole, cut).isBetween(from, Math.min(cut, Math.max(first, from)));
            assertThat(whole.startsWith(found.mark(), found.at())).isTrue();
            if (found.isWhole()) {
                assertThat(found.at()).isEqualTo(first);
            } else {
                String rest = whole.substring(found.at(), cut);
                assertThat(marks).as("'%s' may become a mark", rest).anyMatch(mark -> mark.startsWith(rest));
            }
        }
    }
}
