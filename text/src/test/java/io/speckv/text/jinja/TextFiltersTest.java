package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rules of {@link TextFilters}; JinjaLanguageTest has them case by case, by Jinja itself. */
class TextFiltersTest {
    private static Object filtered(String name, Object value, Object... arguments) {
        return Filters.named(name).apply(value, Arguments.of(arguments), new Work());
    }

    @Test
    void anyValueIsFilteredAsItIsPrinted() {
        assertThat(filtered("upper", true)).isEqualTo("TRUE");
        assertThat(filtered("replace", 101L, 0L, "-")).isEqualTo("1-1");
    }

    @Test
    void aTitleBeginsWordsBehindSpacesDashesAndBrackets() {
        assertThat(filtered("title", "well-known (and OLD) o'neil")).isEqualTo("Well-Known (And Old) O'neil");
    }

    @Test
    void theFirstLineAndEmptyLinesAreIndentedOnlyWhereAsked() {
        assertThat(filtered("indent", "a\n\nb\n", 2L)).isEqualTo("a\n\n  b\n");
        assertThat(filtered("indent", "a\n\nb", "> ", true, true)).isEqualTo("> a\n> \n> b");
    }

    @Test
    void aLongTextIsCutAtAWordAndALittleTooMuchIsLeft() {
        assertThat(filtered("truncate", "one two three four", 10L)).isEqualTo("one...");
        assertThat(filtered("truncate", "one two three four", 10L, true)).isEqualTo("one two...");
        assertThat(filtered("truncate", "one two three", 10L)).isEqualTo("one two three");
        assertThatThrownBy(() -> filtered("truncate", "text", 2L)).isInstanceOf(JinjaException.class);
    }

    @Test
    void wordsAreCountedWithoutWhatStandsAroundThem() {
        assertThat(filtered("wordcount", " one, two: 3! ")).isEqualTo(3L);
        assertThat(filtered("wordcount", "")).isEqualTo(0L);
    }

    @Test
    void aUrlKeepsItsSlashesAndAQueryDoesNot() {
        Map<Object, Object> query = new LinkedHashMap<>();
        query.put("a", "1/2");
        query.put("b c", "~*");

        assertThat(filtered("urlencode", "a b/c")).isEqualTo("a%20b/c");
        assertThat(filtered("urlencode", query)).isEqualTo("a=1%2F2&b+c=~%2A");
    }

    @Test
    void attributesWithoutAValueAreLeftOut() {
        Map<Object, Object> attributes = new LinkedHashMap<>();
        attributes.put("class", "a\"b");
        attributes.put("id", None.NONE);

        assertThat(filtered("xmlattr", attributes)).isEqualTo(" class=\"a&#34;b\"");
        assertThat(filtered("xmlattr", attributes, false)).isEqualTo("class=\"a&#34;b\"");
    }
}
