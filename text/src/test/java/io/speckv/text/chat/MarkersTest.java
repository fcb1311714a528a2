package io.speckv.text.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.text.ChatTemplateException;
import io.speckv.text.ControlSpellings;
import io.speckv.text.Tokenizer;
import io.speckv.text.chat.Markers.Point;
import io.speckv.text.chat.Markers.Unmarked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarkersTest {
    private static final char FENCE = '\uE000';
    private static final List<String> SPELLINGS = List.of("<s>", "<s><s>", "<|im_end|>", "🙂", "a<");
    private static final String[] PIECES = {
        "<s>", "<|im_end|>", "🙂", "a", "<", ">", "s", "0", "12", "\ud83d", " ", "😀"
    };
    private static final int MANY = 20_000;

    private static ControlSpellings controls = new ControlSpellings(List.of());

    /** A tokenizer that knows no text but these control tokens. */
    @BeforeAll
    static void openTokenizer(@TempDir Path folder) throws IOException {
        ObjectNode root = JsonMapper.builder().build().createObjectNode();
        root.put("version", "1.0");
        SPELLINGS.forEach(spelling -> root.withArray("added_tokens")
                .addObject()
                .put("id", root.path("added_tokens").size())
                .put("content", spelling)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true));
        ObjectNode model = root.putObject("model").put("type", "BPE");
        model.putObject("vocab").put("x", 0);
        model.putArray("merges");
        Files.writeString(folder.resolve("tokenizer.json"), root.toString());
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            controls = tokenizer.controls();
        }
    }

    private static Markers markers(char fence) {
        return new Markers(fence, controls);
    }

    private static String anyText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    @Test
    void whatIsMarkedHasNoSpellingLeftAndComesBackWithAllOfThemKnown() {
        Random random = new Random(2);
        Markers markers = markers(FENCE);
        for (int i = 0; i < MANY; i++) {
            String before = anyText(random);
            String said = anyText(random);
            String marked = markers.mark(said);
            Unmarked unmarked = markers.unmark(before + marked + "<s>");

            assertThat(SPELLINGS).noneMatch(marked::contains);
            assertThat(unmarked.text()).isEqualTo(before + said + "<s>");
            assertThat(unmarked.userSpellings())
                    .as("'%s' behind '%s'", said, before)
                    .isEqualTo(spelled(said, before.length()));
            assertThat(unmarked.points()).isEmpty();
        }
    }

    /** From the left, at each place the longest that is spelled there. */
    private static BitSet spelled(String text, int shift) {
        BitSet spelled = new BitSet();
        for (int at = 0; at < text.length(); ) {
            int place = at;
            int length = SPELLINGS.stream()
                    .filter(spelling -> text.startsWith(spelling, place))
                    .max(Comparator.comparingInt(String::length))
                    .map(String::length)
                    .orElse(0);
            spelled.set(shift + at, shift + at + length);
            at += Math.max(1, length);
        }
        return spelled;
    }

    @Test
    void pointsComeBackInTheOrderTheyStandInWithTheirPlaceInTheText() {
        Markers markers = markers(FENCE);
        String rendered =
                "ab" + markers.point(7) + markers.point(0) + "c" + markers.mark("<s>") + markers.point(12_345);

        assertThat(markers.unmark(rendered))
                .isEqualTo(new Unmarked(
                        "abc<s>",
                        spelled("abc<s>", 0),
                        List.of(new Point(7, 2), new Point(0, 2), new Point(12_345, 6))));
    }

    @Test
    void everyTextOfAConversationIsMarkedKeysIncludedAndNothingElse() {
        Markers markers = markers(FENCE);
        List<Object> list = new ArrayList<>(List.of("<s>", 1, true, 2.5));
        list.add(null);
        Map<String, Object> values = Map.of("a", Map.of("<s>", list), "n", 7);

        assertThat(markers.markAll(values).toString().replace(FENCE, '#'))
                .isIn("{a={#0#=[#0#, 1, true, 2.5, null]}, n=7}", "{n=7, a={#0#=[#0#, 1, true, 2.5, null]}}");
        assertThatThrownBy(() -> markers.markAll(Map.of("when", Instant.EPOCH)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Instant");
    }

    @ParameterizedTest
    @ValueSource(strings = {"content", "role", "key", "value", "variable"})
    void theFenceIsACharacterThatIsNowhereInTheConversation(String place) {
        List<ChatMessage> messages = List.of(new ChatMessage(
                place.equals("role") ? "x\uE000" : "user",
                place.equals("content") ? "x\uE000" : "Hi",
                Map.of(place.equals("key") ? "\uE000" : "k", List.of(place.equals("value") ? "\uE000" : "v"))));
        Map<String, Object> variables = Map.of("v", place.equals("variable") ? "\uE000" : "");

        assertThat(Markers.absentFrom(messages, variables, controls).fence()).isEqualTo('\uE001');
    }

    @Test
    void aConversationOfAllPrivateCharactersIsRefused() {
        String all = IntStream.rangeClosed(0xE000, 0xF8FF)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        assertThatThrownBy(() -> Markers.absentFrom(List.of(new ChatMessage("user", all)), Map.of(), controls))
                .isInstanceOf(ChatTemplateException.class)
                .hasMessageContaining("private-use character");
    }

    @ParameterizedTest
    @ValueSource(strings = {"#", "a#0", "#x#", "##", "#1", "#-1#", "#123456789#", "#٣#", "# 1#"})
    void aTemplateThatTookStandInsApartIsToldSo(String rendered) {
        assertThatThrownBy(() -> markers('#').unmark(rendered))
                .isInstanceOf(ChatTemplateException.class)
                .hasMessage(
                        "the chat template takes the text of messages apart, so control tokens in it cannot be kept as"
                                + " text: leave the spelling of control tokens out of the messages");
    }
}
