package io.speckv.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.evals.words.WordList;
import io.speckv.training.bpe.BpeSettings;
import io.speckv.training.bpe.BpeTrainer;
import io.speckv.training.bpe.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecallMixTest {
    private static final Pattern ANSWERED =
            Pattern.compile("The special magic \\w+ for (\\S+) mentioned in the provided text is ([0-9a-f-]+)\\.");

    @TempDir
    Path folder;

    private TaskText text;

    @BeforeEach
    void open() throws IOException {
        text = TaskText.in(folder);
    }

    @AfterEach
    void close() {
        text.close();
    }

    @ParameterizedTest
    @EnumSource(RecallMix.Kind.class)
    void sequencesHaveExactlyTheLengthAskedFor(RecallMix.Kind kind) {
        Random random = new Random(1);
        for (int length : new int[] {512, 777}) {
            Example example = text.mix().recall(length, kind, random);
            assertThat(example.tokens()).hasSize(length);
            assertThat(example.weights()).hasSize(length);
            assertThat(example.answers()).hasSize(length);
            assertThat(example.weights()[0]).isZero();
        }
    }

    @Test
    void theFirstDigitOfEveryAnswerWeighsWhatTheSettingsSay(@TempDir Path other) throws IOException {
        try (TaskText weighted = TaskText.in(other, TaskText.settings(Map.of("choiceWeight", 4)))) {
            for (int seed = 0; seed < 20; seed++) {
                Example example = weighted.mix().recall(512, RecallMix.Kind.SINGLE, new Random(seed));
                Example plain = text.mix().recall(512, RecallMix.Kind.SINGLE, new Random(seed));
                assertThat(example.tokens()).isEqualTo(plain.tokens());
                boolean chosen = false;
                for (int i = 1; i < 512; i++) {
                    boolean first = weighted.tokens().isDigit(example.tokens()[i])
                            && !weighted.tokens().isDigit(example.tokens()[i - 1]);
                    assertThat(example.weights()[i]).isEqualTo(first && example.answers()[i] ? 4 : plain.weights()[i]);
                    chosen |= example.weights()[i] == 4;
                    if (example.answers()[i - 1] && !example.answers()[i]) {
                        assertThat(chosen)
                                .as("seed %d, the answer before %d", seed, i)
                                .isTrue();
                        chosen = false;
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = RecallMix.Kind.class,
            names = {"SINGLE", "FEW", "ALL", "HEXADECIMAL"})
    void everyAnswerIsTheValueThatTheHaystackGivesTheKey(RecallMix.Kind kind) throws IOException {
        String all = text.decode(text.mix().recall(1024, kind, new Random(5)));
        Matcher answers = ANSWERED.matcher(all);
        int found = 0;
        while (answers.find()) {
            found++;
            String needle = " for " + answers.group(1) + " is: ";
            int place = all.indexOf(needle);
            assertThat(all.substring(place + needle.length())).startsWith(answers.group(2) + ".");
            assertThat(all.indexOf(needle, place + 1)).isNegative();
        }
        assertThat(found).isPositive();
    }

    @Test
    void valuesOfOneKeyAreAnsweredInTheOrderOfTheText() throws IOException {
        String all = text.decode(text.mix().recall(512, RecallMix.Kind.VALUES, new Random(8)));
        Matcher answer = Pattern.compile("for (\\S+) mentioned in the provided text are ([0-9, ]+)\\.")
                .matcher(all);
        assertThat(answer.find()).isTrue();
        int place = 0;
        for (String value : Pattern.compile(", ").splitAsStream(answer.group(2)).toList()) {
            int next = all.indexOf(" for " + answer.group(1) + " is: " + value, place);
            assertThat(next).isGreaterThanOrEqualTo(place);
            place = next;
        }
    }

    @Test
    void asManyQuestionsAskForFourValuesAsTheSettingsSay(@TempDir Path other) throws IOException {
        Pattern answer = Pattern.compile("mentioned in the provided text are ([0-9, ]+)\\.");
        try (TaskText always = TaskText.in(other, TaskText.settings(Map.of("fourValues", 8)))) {
            assertThat(valuesOfEachAnswer(text, answer)).contains(2, 3, 4);
            assertThat(valuesOfEachAnswer(always, answer)).containsOnly(4).hasSizeGreaterThan(10);
        }
    }

    private static List<Integer> valuesOfEachAnswer(TaskText text, Pattern answer) throws IOException {
        List<Integer> counts = new ArrayList<>();
        for (int seed = 0; seed < 8; seed++) {
            Matcher answers =
                    answer.matcher(text.decode(text.mix().recall(768, RecallMix.Kind.VALUES, new Random(seed))));
            while (answers.find()) {
                counts.add(answers.group(1).split(", ").length);
            }
        }
        return counts;
    }

    @Test
    void asManySequencesAskOneQuestionForSeveralValuesAsTheSettingsSay(@TempDir Path other) throws IOException {
        Pattern answer = Pattern.compile("mentioned in the provided text are ([0-9, ]+)\\.");
        try (TaskText lone = TaskText.in(other, TaskText.settings(Map.of("loneValues", 8)))) {
            assertThat(valuesOfEachAnswer(lone, answer)).hasSize(8);
            assertThat(valuesOfEachAnswer(text, answer)).hasSizeGreaterThan(16);
        }
    }

    @Test
    void rivalsShareAWordWithAnotherKey(@TempDir Path other) throws IOException {
        try (TaskText crowded = TaskText.in(other, TaskText.settings(Map.of("rivals", 8)))) {
            List<String> keys =
                    twoWordKeys(crowded.decode(crowded.mix().recall(2048, RecallMix.Kind.ALL, new Random(5))));
            assertThat(keys).hasSizeGreaterThan(10).allMatch(key -> sharesAWord(key, keys));
            List<String> usual = twoWordKeys(text.decode(text.mix().recall(2048, RecallMix.Kind.ALL, new Random(5))));
            assertThat(usual).hasSizeGreaterThan(10).anyMatch(key -> !sharesAWord(key, usual));
        }
    }

    private static List<String> twoWordKeys(String sequence) {
        return Pattern.compile(" for ([a-z]+-[a-z]+) is: ")
                .matcher(sequence)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private static boolean sharesAWord(String key, List<String> keys) {
        int hyphen = key.indexOf('-');
        String adjective = key.substring(0, hyphen + 1);
        String noun = key.substring(hyphen);
        return keys.stream()
                .filter(other -> !other.equals(key))
                .anyMatch(other -> other.startsWith(adjective) || other.endsWith(noun));
    }

    @Test
    void someHaystacksAreMadeUpSentencesIfTheSettingsSay(@TempDir Path other) throws IOException {
        try (TaskText sentences = TaskText.in(other, TaskText.settings(Map.of("sentences", true)))) {
            assertThat(withSentences(sentences)).isBetween(1, 19);
            assertThat(withSentences(text)).isZero();
        }
    }

    private static int withSentences(TaskText text) throws IOException {
        Pattern sentence = Pattern.compile("The [a-z ]+ (finds|keeps|sees|takes|wants) the [a-z]");
        int found = 0;
        for (int seed = 0; seed < 20; seed++) {
            Example example = text.mix().recall(512, RecallMix.Kind.SINGLE, new Random(seed));
            found += sentence.matcher(text.decode(example)).find() ? 1 : 0;
        }
        return found;
    }

    @Test
    void asManySequencesConsistOfNeedlesAloneAsTheSettingsSay(@TempDir Path other) throws IOException {
        try (TaskText needles = TaskText.in(other, TaskText.settings(Map.of("allShare", 10)))) {
            Random random = new Random(1);
            for (int i = 0; i < 100; i++) {
                assertThat(needles.mix().kind(256, random)).isEqualTo(RecallMix.Kind.ALL);
            }
        }
    }

    @Test
    void answerTokensCountFullyAndEndTheSequence() {
        Example example = text.mix().recall(256, RecallMix.Kind.FEW, new Random(2));
        for (int i = 0; i < 256; i++) {
            if (example.answers()[i]) {
                assertThat(example.weights()[i]).isEqualTo(1);
            }
        }
        assertThat(example.tokens()[255]).isEqualTo(text.tokens().end());
        assertThat(example.answers()[255]).isTrue();
    }

    @Test
    void copiedTokensRepeatAStretchSeenBefore() {
        Example example = text.mix().copying(200, new Random(4));
        String before = Arrays.toString(example.tokens());
        int weighted = 0;
        for (int i = 2; i < 200; i++) {
            if (example.weights()[i] == 1) {
                weighted++;
                String last = example.tokens()[i - 1] + ", " + example.tokens()[i];
                assertThat(before.indexOf(last)).isLessThan(before.lastIndexOf(last));
            }
        }
        assertThat(weighted).isGreaterThan(30);
    }

    @Test
    void equalSeedsGiveEqualSequences() {
        assertThat(text.mix().recall(300, RecallMix.Kind.ALL, new Random(9)).tokens())
                .isEqualTo(text.mix()
                        .recall(300, RecallMix.Kind.ALL, new Random(9))
                        .tokens())
                .isNotEqualTo(text.mix()
                        .recall(300, RecallMix.Kind.ALL, new Random(10))
                        .tokens());
    }

    @Test
    void aVocabularyOfBytesAloneHasNoRoomForQuestionsInShortSequences(@TempDir Path other) throws IOException {
        TokenizerFiles.write(other, BpeTrainer.train(List.of("a"), BpeSettings.chat(259)), 2048);
        try (TaskTokens bytes = new TaskTokens(other.resolve("tokenizer.json"))) {
            int[] prose = bytes.encode(TaskText.prose());
            RecallMix mix = new RecallMix(RecallSettings.DEFAULTS, bytes, WordList.bundled(), prose);

            assertThatThrownBy(() -> mix.requireRoom(64))
                    .isInstanceOf(IOException.class)
                    .hasMessageMatching("lengths hold 64; with this vocabulary of 259 tokens a question of kind single"
                            + " takes \\d{3}: take a larger vocabulary or longer sequences");
            assertThatCode(() -> mix.requireRoom(1024)).doesNotThrowAnyException();
            assertThatCode(() -> text.mix().requireRoom(512)).doesNotThrowAnyException();
        }
    }
}
