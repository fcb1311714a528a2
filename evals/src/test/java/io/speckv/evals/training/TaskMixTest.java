package io.speckv.evals.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.evals.bpe.BpeSettings;
import io.speckv.evals.bpe.BpeTrainer;
import io.speckv.evals.bpe.BpeVocabulary;
import io.speckv.evals.ruler.Ruler;
import io.speckv.evals.ruler.RulerTask;
import io.speckv.evals.training.TrainingBatch.AnswerSpan;
import io.speckv.evals.words.HaystackText;
import io.speckv.evals.words.WordList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TaskMixTest {
    private static final WordList WORDS = WordList.bundled();
    private static final BpeVocabulary VOCABULARY = vocabulary();
    private static final int END = VOCABULARY.specialId(BpeSettings.END_OF_TEXT);
    private static final TaskShare SINGLE = new TaskShare(0, 1, 0, 0, 0);

    private static BpeVocabulary vocabulary() {
        List<String> texts = new ArrayList<>(WORDS.nouns());
        texts.addAll(WORDS.adjectives());
        Ruler ruler = new Ruler(text -> text.length() / 4, WORDS, HaystackText.generated(WORDS, 1));
        RulerTask.generable().forEach(task -> ruler.samples(task, 2048, 1, 4).forEach(s -> texts.add(s.prompt())));
        return BpeTrainer.train(texts, BpeSettings.chat(1200));
    }

    private static TaskMix mix(long seed) {
        HaystackText text = HaystackText.given("a.txt", "You may copy and distribute verbatim copies of this text.");
        return new TaskMix(VOCABULARY::encode, VOCABULARY.firstSpecialId(), END, WORDS, List.of(text), seed);
    }

    private static int[] answer(TrainingBatch batch, int row, AnswerSpan span) {
        return Arrays.copyOfRange(batch.tokens()[row], span.from(), span.to());
    }

    @Test
    void fillsEverySequenceOfEveryLength() {
        for (int length : new int[] {64, 128, 256, 1024}) {
            TrainingBatch batch = mix(1).next(length, 16, SINGLE);
            for (int row = 0; row < 16; row++) {
                assertThat(batch.tokens()[row]).hasSize(length);
                assertThat(batch.lossWeights()[row]).hasSize(length);
                List<AnswerSpan> answers = batch.answers().get(row);
                assertThat(answers).isNotEmpty();
                assertThat(answers.get(answers.size() - 1).to()).isEqualTo(length);
            }
        }
    }

    @Test
    void answersEveryQuestionWithTheValueOfTheNeedleInTheText() {
        TrainingBatch batch = mix(2).next(512, 40, SINGLE);
        for (int row = 0; row < 40; row++) {
            for (AnswerSpan span : batch.answers().get(row)) {
                int[] answer = answer(batch, row, span);
                assertThat(answer[answer.length - 1]).isEqualTo(END);
                String before = VOCABULARY.decode(Arrays.copyOf(batch.tokens()[row], span.from()));
                Matcher question = Pattern.compile("for (\\S+) mentioned in the provided text is$")
                        .matcher(before);
                assertThat(question.find()).as(before).isTrue();
                String value = VOCABULARY
                        .decode(Arrays.copyOf(answer, answer.length - 1))
                        .strip();
                assertThat(before).contains(" for " + question.group(1) + " is: " + value);
            }
        }
    }

    @Test
    void weighsAnswersFullyAndOneInTwentyOfTheRestATenth() {
        TrainingBatch batch = mix(3).next(1024, 32, SINGLE);
        long background = 0;
        long others = 0;
        for (int row = 0; row < 32; row++) {
            boolean[] inAnswer = new boolean[1024];
            batch.answers().get(row).forEach(span -> Arrays.fill(inAnswer, span.from(), span.to(), true));
            for (int i = 0; i < 1024; i++) {
                float weight = batch.lossWeights()[row][i];
                if (inAnswer[i]) {
                    assertThat(weight).isEqualTo(1f);
                } else {
                    assertThat(weight).isIn(0f, 0.1f);
                    others++;
                    background += weight > 0 ? 1 : 0;
                }
            }
        }
        assertThat((double) background / others).isBetween(0.045, 0.055);
    }

    @Test
    void makesEveryFullyWeightedTokenOfACopyOneThatFollowedItsPredecessorBefore() {
        TrainingBatch batch = mix(4).next(256, 20, new TaskShare(1, 0, 0, 0, 0));
        for (int row = 0; row < 20; row++) {
            int[] tokens = batch.tokens()[row];
            int targets = 0;
            for (int i = 1; i < tokens.length; i++) {
                if (batch.lossWeights()[row][i] == 1f) {
                    targets++;
                    boolean seen = false;
                    for (int j = 1; j < i; j++) {
                        seen |= tokens[j - 1] == tokens[i - 1] && tokens[j] == tokens[i];
                    }
                    assertThat(seen).isTrue();
                }
            }
            assertThat(targets).isGreaterThan(60);
            assertThat(Arrays.stream(tokens).max().orElseThrow()).isLessThan(END);
        }
    }

    @Test
    void tokenizesSequencesAsTheEvaluationTokenizesPrompts() {
        TrainingBatch batch = mix(5).next(1024, 10, SINGLE);
        for (int row = 0; row < 10; row++) {
            AnswerSpan first = batch.answers().get(row).get(0);
            int[] tokens = Arrays.copyOfRange(batch.tokens()[row], 64, first.to() - 1);
            int[] again = VOCABULARY.encode(VOCABULARY.decode(tokens));
            // The cut at 64 may fall inside a word, so only what follows is compared.
            int compared = tokens.length - 32;
            assertThat(Arrays.copyOfRange(again, again.length - compared, again.length))
                    .containsExactly(Arrays.copyOfRange(tokens, tokens.length - compared, tokens.length));
        }
    }

    @Test
    void asksForSeveralValuesInTheRulersWords() {
        for (TaskShare share : List.of(new TaskShare(0, 0, 1, 0, 0), new TaskShare(0, 0, 0, 1, 0))) {
            TrainingBatch batch = mix(6).next(512, 10, share);
            for (int row = 0; row < 10; row++) {
                AnswerSpan span = batch.answers().get(row).get(0);
                int[] answer = answer(batch, row, span);
                assertThat(VOCABULARY.decode(answer))
                        .matches(" \\d{7}, \\d{7}, \\d{7}, and \\d{7}\\.<\\|endoftext\\|>");
            }
        }
    }

    @Test
    void tracesVariablesWhereThereIsRoom() {
        TaskShare tracing = new TaskShare(0, 0, 0, 0, 1);
        TrainingBatch batch = mix(7).next(1024, 3, tracing);
        String text = VOCABULARY.decode(batch.tokens()[0]);
        assertThat(text).contains("Memorize and track the chain(s)").contains("they are: ");
        assertThat(batch.answers()).allMatch(answers -> answers.size() == 1);
        assertThat(VOCABULARY.decode(mix(7).next(256, 1, tracing).tokens()[0])).contains("special magic");
    }

    @Test
    void drawsTheSameBatchesFromTheSameSeedAndResumes() {
        TaskMix whole = mix(8);
        whole.next(128, 5, TaskShare.retrieval());
        int[][] second = whole.next(128, 5, TaskShare.retrieval()).tokens();
        TaskMix resumed = mix(8);
        resumed.resumeAt(5);
        assertThat(resumed.next(128, 5, TaskShare.retrieval()).tokens()).isDeepEqualTo(second);
        assertThat(mix(9).next(128, 5, TaskShare.retrieval()).tokens()[0]).isNotEqualTo(second[0]);
        assertThat(resumed.drawn()).isEqualTo(10);
    }

    @Test
    void refusesWhatCannotBeDrawn() {
        assertThatThrownBy(() -> mix(1).next(32, 1, SINGLE)).hasMessageContaining("at least 64");
        assertThatThrownBy(() -> new TaskShare(0, 0, 0, 0, 0)).hasMessageContaining("all task shares are 0");
        assertThatThrownBy(() -> new TaskShare(-1, 1, 0, 0, 0)).hasMessageContaining("-1.0, must be 0 or more");
    }
}
