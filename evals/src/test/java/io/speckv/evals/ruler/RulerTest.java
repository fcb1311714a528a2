package io.speckv.evals.ruler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.evals.words.HaystackText;
import io.speckv.evals.words.WordList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RulerTest {
    /** A token for every four characters: near enough to real vocabularies for lengths to mean something. */
    private static final TokenCounter COUNTER = text -> (text.length() + 3) / 4;

    private static final WordList WORDS = WordList.bundled();
    private static final Ruler RULER = new Ruler(COUNTER, WORDS, HaystackText.generated(WORDS, 1));

    @ParameterizedTest
    @MethodSource("io.speckv.evals.ruler.RulerTask#generable")
    void fillsTheLengthWithoutPassingIt(RulerTask task) {
        for (int length : new int[] {1024, 4096}) {
            for (RulerSample sample : RULER.samples(task, length, 42, 3)) {
                assertThat(sample.tokens()).isEqualTo(COUNTER.count(sample.prompt()) + task.reservedTokens());
                assertThat(COUNTER.count(sample.prompt()) + sample.maxNewTokens())
                        .isLessThanOrEqualTo(length);
                assertThat(sample.tokens()).isBetween(length - 150, length);
            }
        }
    }

    @Test
    void hidesNeedlesOnLinesOfTheirOwnWhereTheTextIsLines() {
        HaystackText code = HaystackText.lines("code", "class A {\n\n    int one = 1;\n}\n");
        Ruler ruler = new Ruler(COUNTER, WORDS, code);
        for (RulerSample sample : ruler.samples(RulerTask.NIAH_MULTIKEY_1, 1024, 42, 3)) {
            assertThat(sample.haystack()).isEqualTo("lines of given text: code");
            assertThat(sample.input().lines().filter(line -> line.startsWith("One of the special magic numbers")))
                    .hasSize(4);
            assertThat(sample.input()).contains("\nclass A {\n", "\n    int one = 1;\n");
            assertThat(sample.tokens()).isBetween(1024 - 150, 1024);
        }
    }

    @Test
    void endsEveryPromptWithTheTextThatWasAskedForAndCountsIt() {
        String end = " ".repeat(400);
        Ruler ruler = new Ruler(COUNTER, WORDS, HaystackText.generated(WORDS, 1), end);
        for (RulerSample sample : ruler.samples(RulerTask.NIAH_MULTIKEY_1, 1024, 42, 3)) {
            assertThat(sample.prompt()).endsWith("mentioned in the provided text is" + end);
            assertThat(sample.tokens())
                    .isEqualTo(COUNTER.count(sample.prompt()) + sample.task().reservedTokens())
                    .isLessThanOrEqualTo(1024);
        }
    }

    @ParameterizedTest
    @MethodSource("io.speckv.evals.ruler.RulerTask#generable")
    void drawsTheSameSamplesFromTheSameSeed(RulerTask task) {
        assertThat(RULER.samples(task, 1024, 1, 2)).isEqualTo(RULER.samples(task, 1024, 1, 2));
        assertThat(RULER.samples(task, 1024, 1, 1).get(0).input())
                .isNotEqualTo(RULER.samples(task, 1024, 2, 1).get(0).input());
    }

    @ParameterizedTest
    @MethodSource("io.speckv.evals.ruler.RulerTask#generable")
    void asksForWhatIsInThePrompt(RulerTask task) {
        for (RulerSample sample : RULER.samples(task, 2048, 5, 5)) {
            assertThat(sample.input()).contains(sample.outputs());
            assertThat(sample.score(String.join(", ", sample.outputs()))).isEqualTo(1);
            assertThat(sample.score("")).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = RulerTask.class,
            names = {
                "NIAH_SINGLE_1",
                "NIAH_SINGLE_2",
                "NIAH_SINGLE_3",
                "NIAH_MULTIKEY_1",
                "NIAH_MULTIKEY_2",
                "NIAH_MULTIKEY_3"
            })
    void givesTheAskedKeyTheAnswerAsItsOnlyValue(RulerTask task) {
        for (RulerSample sample : RULER.samples(task, 2048, 3, 5)) {
            Matcher asked = Pattern.compile("special magic \\w+ for (\\S+) mentioned in the provided text is$")
                    .matcher(sample.prompt());
            assertThat(asked.find()).as(sample.answerPrefix()).isTrue();
            Matcher needle =
                    Pattern.compile("for " + asked.group(1) + " is: (\\S+)\\.").matcher(sample.input());
            assertThat(needle.results().map(found -> found.group(1)).toList()).isEqualTo(sample.outputs());
        }
    }

    @Test
    void wordsASingleNeedleAsRulerDoes() {
        RulerSample sample = RULER.samples(RulerTask.NIAH_SINGLE_1, 1024, 9, 1).get(0);
        assertThat(sample.input())
                .startsWith("A special magic number is hidden within the following text. Make sure to memorize it. "
                        + "I will quiz you about the number afterwards.\n")
                .containsPattern("\nOne of the special magic numbers for [a-z]+-[a-z]+ is: [0-9]{7}\\.\n")
                .containsPattern(
                        "\nWhat is the special magic number for [a-z]+-[a-z]+ mentioned in the provided text\\?$");
        assertThat(sample.answerPrefix())
                .matches(" The special magic number for [a-z]+-[a-z]+ mentioned in the provided text is");
        assertThat(sample.haystack()).isEqualTo("repeated filler line");
    }

    /** RULER's own settings: both hide one needle in essays, under words; the third has UUIDs as values. */
    @Test
    void hidesASingleNeedleInRunningTextAsItsSecondAndThirdTaskDo() {
        RulerSample second = RULER.samples(RulerTask.NIAH_SINGLE_2, 1024, 9, 1).get(0);
        RulerSample third = RULER.samples(RulerTask.NIAH_SINGLE_3, 1024, 9, 1).get(0);

        assertThat(second.haystack()).isEqualTo(third.haystack()).isEqualTo("generated text");
        assertThat(second.outputs()).singleElement().asString().matches("[0-9]{7}");
        assertThat(third.outputs()).singleElement().asString().matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        assertThat(second.input())
                .startsWith("A special magic number is hidden within the following text.")
                .containsOnlyOnce("One of the special magic numbers for ");
        assertThat(third.input())
                .startsWith("A special magic uuid is hidden within the following text.")
                .containsOnlyOnce("One of the special magic uuids for ");
        assertThat(third.answerPrefix())
                .matches(" The special magic uuid for [a-z]+-[a-z]+ mentioned in the provided text is");
    }

    @Test
    void asksForFourKeysAtOnce() {
        RulerSample sample =
                RULER.samples(RulerTask.NIAH_MULTIQUERY, 1024, 9, 1).get(0);
        assertThat(sample.outputs()).hasSize(4).doesNotHaveDuplicates();
        assertThat(sample.input()).startsWith("Some special magic numbers are hidden");
        assertThat(sample.answerPrefix())
                .matches(
                        " The special magic numbers for \\S+, \\S+, \\S+, and \\S+ mentioned in the provided text are");
        assertThat(sample.haystack()).isEqualTo("generated text");
    }

    @Test
    void chainsFiveVariablesInOrder() {
        RulerSample sample = RULER.samples(RulerTask.VT, 1024, 9, 1).get(0);
        List<String> names = sample.outputs();
        assertThat(names).hasSize(5).allMatch(name -> name.matches("[A-Z]{5}"));
        int last = sample.input().indexOf("VAR " + names.get(0) + " = ");
        for (int hop = 1; hop < names.size(); hop++) {
            int next = sample.input().indexOf("VAR " + names.get(hop) + " = VAR " + names.get(hop - 1));
            assertThat(next).isGreaterThan(last);
            last = next;
        }
        assertThat(sample.answerPrefix()).endsWith("they are: ");
    }

    @Test
    void makesTheCommonWordsTheMostCommon() {
        for (int length : new int[] {1024, 4096}) {
            RulerSample sample = RULER.samples(RulerTask.CWE, length, 9, 1).get(0);
            int expected = length < 4096 ? 6 : 30;
            String asked = sample.input().substring(sample.input().lastIndexOf("Below is"));
            for (String word : sample.outputs()) {
                long count = Pattern.compile("\\. " + word + "\\b")
                        .matcher(asked)
                        .results()
                        .count();
                assertThat(count).isEqualTo(expected);
            }
        }
    }

    @Test
    void asksForTheCodedWordsOfRanksTwoToFour() {
        RulerSample sample = RULER.samples(RulerTask.FWE, 2048, 9, 1).get(0);
        List<Long> counts = sample.outputs().stream()
                .map(word ->
                        Pattern.compile(word).matcher(sample.input()).results().count())
                .toList();
        assertThat(counts.get(0)).isGreaterThan(counts.get(1));
        assertThat(counts.get(1)).isGreaterThan(counts.get(2));
    }

    @Test
    void refusesLengthsAndTasksItCannotMake() {
        assertThatThrownBy(() -> RULER.samples(RulerTask.NIAH_SINGLE_1, 160, 1, 1))
                .hasMessageMatching(
                        "length is 160 tokens, the smallest prompt of niah_single_1 and its answer take \\d+");
        assertThatThrownBy(() -> RULER.samples(RulerTask.QA_1, 4096, 1, 1)).hasMessageContaining("RULER's files");
    }
}
