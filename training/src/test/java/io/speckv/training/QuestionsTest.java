package io.speckv.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.text.SpecialTokens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Questions are written out with {@code |} where the answer begins. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QuestionsTest {
    private static final int TOO_SHORT_TO_ASK = 127;
    private static final List<Needle> ONE = List.of(needle("blue-cat", "1234567"));
    private static final List<Needle> THREE =
            List.of(needle("blue-cat", "1111111"), needle("red-dog", "2222222"), needle("zebra", "3333333"));

    private TaskText text;

    @BeforeAll
    void open(@TempDir Path folder) throws IOException {
        text = TaskText.in(folder);
    }

    @AfterAll
    void close() {
        text.close();
    }

    private static Needle needle(String key, String value) {
        return new Needle(key, value, new int[0]);
    }

    private Form form(boolean chat, boolean terse) {
        int end = chat ? text.tokens().turnEnd() : text.tokens().end();
        return new Form(chat, new int[0], new int[0], new int[0], end, "\n", terse);
    }

    private Questions questions(RecallMix.Kind kind, Form form) {
        return new Questions(text.tokens(), kind, form);
    }

    private String decoded(int[] tokens) {
        return text.tokenizer().decode(tokens, SpecialTokens.INCLUDED);
    }

    private String written(Questions.Question question) {
        int[] tokens = question.tokens();
        boolean[] answers = question.answers();
        assertThat(answers).hasSameSizeAs(tokens);
        int begins = 0;
        while (!answers[begins]) {
            begins++;
        }
        for (int i = begins; i < answers.length; i++) {
            assertThat(answers[i]).as("token %d of %d", i, answers.length).isTrue();
        }
        return decoded(Arrays.copyOf(tokens, begins)) + "|"
                + decoded(Arrays.copyOfRange(tokens, begins, tokens.length));
    }

    @Test
    void aShortSequenceBeginsTheAnswerForTheModel() {
        assertThat(written(questions(RecallMix.Kind.SINGLE, form(false, false))
                        .question(ONE, TOO_SHORT_TO_ASK, new Random(1))))
                .isEqualTo(" The special magic number for blue-cat mentioned in the provided text is"
                        + "| 1234567.<|endoftext|>");
    }

    @Test
    void aLongerOneAsksFirstInHalfOfTheCases() {
        Random random = new Random(1);
        int asked = 0;
        for (int i = 0; i < 100; i++) {
            String written = written(questions(RecallMix.Kind.HEXADECIMAL, form(false, false))
                    .question(ONE, TOO_SHORT_TO_ASK + 1, random));
            String answer = " The special magic uuid for blue-cat mentioned in the provided text is"
                    + "| 1234567.<|endoftext|>";
            String question = "\nWhat is the special magic uuid for blue-cat mentioned in the provided text?";
            assertThat(written).isIn(answer, question + answer);
            asked += written.equals(answer) ? 0 : 1;
        }
        assertThat(asked).isBetween(30, 70);
    }

    @Test
    void inAChatTheModelGivesTheWholeAnswerInItsTurn() {
        assertThat(written(questions(RecallMix.Kind.SINGLE, form(true, false))
                        .question(ONE, TOO_SHORT_TO_ASK, new Random(1))))
                .isEqualTo("""
                        What is the special magic number for blue-cat mentioned in the provided text?<|im_end|>
                        <|im_start|>assistant
                        |The special magic number for blue-cat mentioned in the provided text is 1234567.<|im_end|>""");
    }

    @Test
    void severalValuesOfOneKeyAreAskedForByThatKey() {
        List<Needle> values = List.of(needle("blue-cat", "1111111"), needle("blue-cat", "2222222"));
        assertThat(written(questions(RecallMix.Kind.VALUES, form(true, false)).question(values, 512, new Random(1))))
                .startsWith("What are all the special magic numbers for blue-cat mentioned in the provided text?")
                .endsWith("|The special magic numbers for blue-cat mentioned in the provided text are"
                        + " 1111111, 2222222.<|im_end|>");
    }

    @Test
    void eachOfSeveralKeysIsRepeatedBeforeItsValue() {
        assertThat(written(questions(RecallMix.Kind.QUERIES, form(false, false))
                        .question(THREE, TOO_SHORT_TO_ASK, new Random(1))))
                .isEqualTo(
                        " The special magic numbers for blue-cat, red-dog, and zebra mentioned in the provided text are"
                                + "| blue-cat is: 1111111, red-dog is: 2222222, zebra is: 3333333.<|endoftext|>");
    }

    @Test
    void aTerseQuestionIsItsNeedleUpToTheValue() {
        assertThat(written(questions(RecallMix.Kind.VALUES, form(false, true)).question(THREE, 64, new Random(1))))
                .isEqualTo("\nblue-cat is:| 1111111, 2222222, 3333333.<|endoftext|>");
    }

    @Test
    void thePrefaceSaysWhetherSeveralAreHidden() {
        assertThat(decoded(questions(RecallMix.Kind.SINGLE, form(false, false)).preface()))
                .startsWith("A special magic number is hidden within the following text.")
                .endsWith("\n");
        assertThat(decoded(questions(RecallMix.Kind.HEXADECIMAL, form(false, false))
                        .preface()))
                .startsWith("A special magic uuid is hidden");
        for (RecallMix.Kind several : List.of(RecallMix.Kind.VALUES, RecallMix.Kind.QUERIES)) {
            assertThat(decoded(questions(several, form(false, false)).preface()))
                    .startsWith("Some special magic numbers are hidden within the following text.");
        }
    }
}
