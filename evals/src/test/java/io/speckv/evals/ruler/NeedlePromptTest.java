package io.speckv.evals.ruler;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.evals.words.Draw;
import io.speckv.evals.words.HaystackText;
import io.speckv.evals.words.WordList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NeedlePromptTest {
    private static final WordList WORDS = WordList.bundled();
    private static final Pattern NEEDLE = Pattern.compile("One of the special magic (\\w+) for (\\S+) is: (\\S+)\\.");

    private static NeedlePrompt.Hay hay(String kind, NeedlePrompt.Shape shape) {
        return switch (kind) {
            case "filler" -> NeedlePrompt.filler();
            case "needles" -> NeedlePrompt.needles(shape, WORDS);
            case "text" -> NeedlePrompt.text(HaystackText.generated(WORDS, 1));
            case "lines" -> NeedlePrompt.text(HaystackText.lines("code", "a {\n\n  b;\n}\nc"));
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static String between(RulerPrompt.Drawn drawn) {
        return drawn.input()
                .substring(drawn.input().indexOf('\n') + 1, drawn.input().lastIndexOf('\n'));
    }

    /** Returns the values of every key, as a reader of the text finds them. */
    private static Map<String, List<String>> values(String text) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (MatchResult needle : NEEDLE.matcher(text).results().toList()) {
            values.computeIfAbsent(needle.group(2), key -> new ArrayList<>()).add(needle.group(3));
        }
        return values;
    }

    @ParameterizedTest(name = "{1} keys of {2} values in {0}, {3} asked for, UUIDs {4}")
    @CsvSource({
        "filler, 1, 1, 1, false", "filler, 3, 2, 2, true", "needles, 1, 1, 1, false", "needles, 1, 1, 1, true",
        "text, 4, 1, 1, false", "text, 1, 4, 1, false", "text, 4, 1, 4, false", "text, 10, 4, 10, true",
        "lines, 2, 2, 1, false", "lines, 4, 1, 4, true"
    })
    void whoReadsTheTextFindsTheAnswersAndNoOthers(String kind, int keys, int perKey, int asked, boolean uuids) {
        NeedlePrompt.Shape shape = new NeedlePrompt.Shape(keys, perKey, asked, uuids, uuids);
        NeedlePrompt prompt = new NeedlePrompt(shape, hay(kind, shape), WORDS);
        for (int seed = 0; seed < 20; seed++) {
            RulerPrompt.Drawn drawn = prompt.draw(prompt.unitsMin() + 40 + seed, new Draw(seed));
            Map<String, List<String>> values = values(between(drawn));

            Matcher question = Pattern.compile(" for (.*) mentioned in the provided text\\?$")
                    .matcher(drawn.input());
            assertThat(question.find()).isTrue();
            List<String> found = new ArrayList<>();
            for (String key : question.group(1).replace(", and ", ", ").split(", ", -1)) {
                found.addAll(values.get(key));
            }
            assertThat(drawn.outputs()).hasSize(asked * perKey).containsExactlyInAnyOrderElementsOf(found);
            assertThat(drawn.outputs())
                    .allMatch(value -> value.matches(
                            uuids
                                    ? "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
                                    : "[1-9]\\d{6}"));
            assertThat(values).hasSize(kind.equals("needles") ? values.size() : keys);
        }
    }

    @Test
    void noLineOfOtherNeedlesHasAHiddenKey() {
        WordList few = new WordList(List.of("big", "red"), List.of("cat", "dog"));
        NeedlePrompt.Shape shape = NeedlePrompt.Shape.ofNumbers(1, 1, 1);
        NeedlePrompt prompt = new NeedlePrompt(shape, NeedlePrompt.needles(shape, few), few);
        for (int seed = 0; seed < 50; seed++) {
            RulerPrompt.Drawn drawn = prompt.draw(30, new Draw(seed));
            Map<String, List<String>> values = values(between(drawn));
            String key = drawn.answerPrefix().replaceAll(".* for (\\S+) .*", "$1");

            assertThat(values.get(key)).isEqualTo(drawn.outputs());
            assertThat(values.values().stream().mapToInt(List::size).sum()).isEqualTo(31);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"filler", "lines"})
    void withoutItsNeedlesALinedHaystackIsAsManyLinesAsAskedFor(String kind) {
        NeedlePrompt.Shape shape = NeedlePrompt.Shape.ofNumbers(2, 2, 1);
        NeedlePrompt.Hay hay = hay(kind, shape);
        for (int units = hay.unitsMin(4); units < 12; units++) {
            List<String> needles = List.of("n1", "n2", "n3", "n4");
            List<String> lines = new ArrayList<>(
                    List.of(hay.hide(needles, units, new Draw(units)).split("\n", -1)));
            assertThat(lines).containsOnlyOnceElementsOf(needles);
            assertThat(lines.get(lines.size() - 1)).isNotIn(needles);
            lines.removeAll(needles);
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < units; i++) {
                expected.add(
                        kind.equals("filler")
                                ? NeedleWording.FILLER
                                : List.of("a {", "", "  b;", "}", "c").get(i % 5));
            }
            assertThat(lines).isEqualTo(expected);
        }
    }

    @Test
    void withoutItsNeedlesRunningTextIsItsFirstWords() {
        NeedlePrompt.Hay hay = NeedlePrompt.text(HaystackText.given("x", "One is. Two are here! Is three? Four."));
        List<String> needles = List.of("<a>", "<b>", "<c>", "<d>", "<e>");
        for (int units = 1; units < 60; units++) {
            String hidden = hay.hide(needles, units, new Draw(units));
            String left = hidden.replaceAll("<.>", "").strip().replaceAll(" +", " ");
            assertThat(left)
                    .isEqualTo(HaystackText.given("x", "One is. Two are here! Is three? Four.")
                            .first(units));
            assertThat(values(hidden)).isEmpty();
        }
    }

    /** The depths are {@code numpy.round(numpy.linspace(0, 100, num=40))}, as {@code niah.py} has them. */
    @Test
    void needlesInRunningTextStandBetweenSentencesAtRulersFortyDepths() {
        NeedlePrompt.Hay hay = NeedlePrompt.text(HaystackText.given("x", "Word word."));
        Set<Integer> depths = new TreeSet<>();
        for (int seed = 0; seed < 1000; seed++) {
            String before = hay.hide(List.of("#"), 200, new Draw(seed)).split("#", 2)[0];
            assertThat(before).matches("(Word word\\. )*");
            depths.add(before.length() / "Word word. ".length());
        }
        assertThat(depths)
                .containsExactly(
                        0, 3, 5, 8, 10, 13, 15, 18, 21, 23, 26, 28, 31, 33, 36, 38, 41, 44, 46, 49, 51, 54, 56, 59, 62,
                        64, 67, 69, 72, 74, 77, 79, 82, 85, 87, 90, 92, 95, 97, 100);
    }

    @Test
    void equalDrawsGiveEqualNeedlesInWhateverMuchOfHay() {
        NeedlePrompt.Shape shape = NeedlePrompt.Shape.ofNumbers(4, 2, 2);
        for (String kind : List.of("filler", "text", "lines")) {
            NeedlePrompt prompt = new NeedlePrompt(shape, hay(kind, shape), WORDS);
            Map<String, List<String>> few = values(between(prompt.draw(50, new Draw(9))));
            Map<String, List<String>> many = values(between(prompt.draw(900, new Draw(9))));
            assertThat(many.keySet()).isEqualTo(few.keySet());
            assertThat(prompt.draw(900, new Draw(9)).answerPrefix())
                    .isEqualTo(prompt.draw(50, new Draw(9)).answerPrefix());
        }
    }
}
