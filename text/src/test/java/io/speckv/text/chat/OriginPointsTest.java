package io.speckv.text.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.text.ControlSpellings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Points are shown as bars. */
class OriginPointsTest {
    private static final int APART = 256;

    private final Markers markers = Markers.absentFrom(List.of(), Map.of(), new ControlSpellings(List.of()));
    private final OriginPoints points = new OriginPoints(markers, true);

    private String shown(@Nullable Object marked) {
        String fence = String.valueOf(markers.fence());
        return String.valueOf(marked).replaceAll(fence + "\\d+" + fence, "|");
    }

    private String marked(String content, int message) {
        return Objects.requireNonNull(
                points.mark(new ChatMessage("user", content), message).content());
    }

    private List<String> stretches(String rendered) {
        Markers.Unmarked unmarked = markers.unmark(rendered);
        return points.stretches(unmarked).stream()
                .map(stretch -> stretch.message() + ":" + unmarked.text().substring(stretch.start(), stretch.end()))
                .toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', textBlock = """
        Hi                            § |Hi|
        ' Hi \n'                      § ' |Hi| \n'
        'a\nb'                        § '|a\nb|'
        '<think>so</think>\n\nHi'     § '|<think>so</think>\n\n|Hi|'
        so</think>                    § |so</think>|
        '</think> a</think>b '        § '|</think> |a</think>|b| '
        🙂                            § |🙂|
        """)
    void aTextHasPointsAtItsVisibleEdgesAndBehindReasoning(String text, String expected) {
        assertThat(shown(marked(text, 0))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\t ", "\u00a0", "\u3000\u0085"})
    void aTextWithoutAnythingVisibleHasNone(String text) {
        assertThat(shown(marked(text, 0))).isEqualTo(text);
    }

    /** Templates trim what Python calls white space, and no point may keep them from it. */
    @ParameterizedTest
    @ValueSource(strings = {"\u00a0", "\u2007", "\u202f", "\u0085", "\u001f", "\u000b", "\u3000"})
    void noPointStandsBesideWhatPythonTrims(String space) {
        assertThat(shown(marked(space + "Hi" + space, 0))).isEqualTo(space + "|Hi|" + space);
    }

    @Test
    void aLongTextHasOneAtTheFirstLineBehindEvery256Characters() {
        String line = "x".repeat(99) + "\n";
        assertThat(shown(marked(line.repeat(2) + "x", 0))).isEqualTo("|" + line.repeat(2) + "x|");
        assertThat(shown(marked(line.repeat(7) + "end", 0)))
                .isEqualTo("|" + line.repeat(3) + "|" + line.repeat(3) + "|" + line + "end|");
        assertThat(shown(marked("x".repeat(APART) + "\n\n  y\nz", 0)))
                .as("before the first visible character of the line")
                .isEqualTo("|" + "x".repeat(APART) + "\n\n  |y\nz|");
        assertThat(shown(marked("x".repeat(5 * APART), 0))).isEqualTo("|" + "x".repeat(5 * APART) + "|");
    }

    @Test
    void takenAwayPointsLeaveTheTextWhateverItIs() {
        Random random = new Random(4);
        List<String> pieces = List.of("a", " ", "\n", "</think>", "\u00a0", "🙂", "x".repeat(APART), "\t");
        for (int i = 0; i < 2000; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(10); j > 0; j--) {
                text.append(pieces.get(random.nextInt(pieces.size())));
            }
            String whole = text.toString();
            String rendered = marked(whole, 3);
            assertThat(markers.unmark(rendered).text()).isEqualTo(whole);
            List<String> stretches = stretches("<" + rendered + ">");
            assertThat(stretches).allMatch(stretch -> stretch.startsWith("3:"));
            assertThat(String.join("", stretches).replace("3:", "")).isEqualTo(trimmed(whole));
        }
    }

    private static String trimmed(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && OriginPoints.isTrimmed(text.charAt(from))) {
            from++;
        }
        while (to > from && OriginPoints.isTrimmed(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    @Test
    void argumentsAndThoughtsHaveThemWhereTheyAreLong() {
        String longer = "the capital of a land that is far away";
        Map<String, @Nullable Object> attributes = new LinkedHashMap<>();
        attributes.put(
                "tool_calls",
                List.of(Map.of(
                        "function",
                        Map.of("name", "weather", "arguments", "{\"c\": \"" + longer + "\", \"d\": [1, \"x\"]}"))));
        attributes.put("reasoning_content", longer);
        attributes.put("name", "x".repeat(32));
        attributes.put("none", null);
        ChatMessage message = points.mark(new ChatMessage("assistant", null, attributes), 0);

        assertThat(message.content()).isNull();
        assertThat(shown(message.attributes().get("reasoning_content"))).isEqualTo("|" + longer + "|");
        assertThat(shown(message.attributes().get("name")))
                .as("may be compared")
                .isEqualTo("x".repeat(32));
        assertThat(shown(message.attributes().get("none"))).isEqualTo("null");
        assertThat(shown(message.attributes().get("tool_calls")))
                .as("an object, in which the texts are")
                .contains("|" + longer + "|", "d=[1, x]", "name=weather")
                .doesNotContain("\\\"");
    }

    @Test
    void onlyContentsHaveThemWhereOthersChangeWhatTheTemplateWrites() {
        OriginPoints contents = new OriginPoints(markers, false);
        Map<String, Object> attributes = Map.of("reasoning_content", "x".repeat(100));
        ChatMessage message = contents.mark(new ChatMessage("assistant", "Hi", attributes), 0);

        assertThat(shown(message.content())).isEqualTo("|Hi|");
        assertThat(message.attributes()).isEqualTo(attributes);
    }

    @Test
    void stretchesAreWhatTheTemplateTookOfEachMessage() {
        String first = marked(" one ", 0);
        String second = marked("<think>so</think>two", 1);
        String thoughtless = second.substring(second.indexOf("</think>") + "</think>".length());

        assertThat(stretches("<u>" + first.strip() + "</u>" + second + "!"))
                .containsExactly("0:one", "1:<think>so</think>", "1:two");
        assertThat(stretches(second + first)).as("in the order of the prompt").endsWith("0:one");
        assertThat(stretches(thoughtless)).as("without its reasoning").containsExactly("1:two");
        assertThat(stretches(first + first)).as("written twice").containsExactly("0:one", "0:one");
        assertThat(stretches("no message")).isEmpty();
    }

    @Test
    void theEndOfATextThatIsLeftOutIsNotJoinedWithAnother() {
        String first = marked("one", 0);
        String second = marked("two", 1);
        String endless = first.substring(0, first.lastIndexOf("one") + "one".length());
        assertThat(stretches(endless + "~" + second)).containsExactly("1:two");
    }

    @Test
    void thePointBehindAContinuedTextIsNobodys() {
        String first = marked("one", 0);
        assertThat(stretches(first + markers.point(0) + " ")).containsExactly("0:one");
    }
}
