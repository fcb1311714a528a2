package io.speckv.evals.longbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.evals.jsonl.JsonLine;
import io.speckv.evals.jsonl.JsonLineException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChoiceTaskTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static ObjectNode v2(String... options) {
        ObjectNode line = JSON.createObjectNode()
                .put("length", "short")
                .put("question", "Which?")
                .put("context", "text")
                .put("answer", "A");
        for (int i = 0; i < options.length; i++) {
            line.put("choice_" + "ABCD".charAt(i), options[i]);
        }
        return line;
    }

    private static ObjectNode debug(String... options) {
        ObjectNode line = JSON.createObjectNode().put("context", "def f(): pass");
        List.of(options).forEach(line.putArray("options")::add);
        return line;
    }

    private static LongBenchSample sample(ChoiceTask task, ObjectNode line) {
        return task.sample(new JsonLine("file:1", line));
    }

    /** The letters are those of {@code extract_answer} in LongBench's {@code pred.py}. */
    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            The correct answer is (C)                                       | C
            The correct answer is C                                         | C
            **The correct answer is (B)**                                   | B
            The correct answer is **(B)**.                                  | B
            The correct answer is B because ... The correct answer is (D)   | D
            The correct answer is (A). No: The correct answer is (B)        | A
            The correct answer is A. No: The correct answer is B            | A
            The correct answer is (A                                        | none
            The correct answer is (E)                                       | none
            The correct answer is (a)                                       | none
            The correct answer is: (A)                                      | none
            the correct answer is (A)                                       | none
            The correct answer is Dublin                                    | D
            (B)                                                             | none
            """)
    void theLetterIsTheOneThatLongBenchFinds(String answer, String letter) {
        assertThat("ABCD"
                        .chars()
                        .mapToObj(Character::toString)
                        .filter(tried -> ChoiceTask.LONGBENCH_V2.chooses(answer, tried, "option"))
                        .toList())
                .isEqualTo(letter == null ? List.of() : List.of(letter));
    }

    /** The verdicts are those of {@code get_score_one_code_debug} in InfiniteBench's {@code compute_scores.py}. */
    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(delimiter = '|', textBlock = """
            B. g                                | true
            ' B: g'                             | true
            B                                   | false
            (B)                                 | false
            'B, not A'                          | false
            A. f                                | false
            The answer is: B. g                 | true
            The answer is: g, not f             | true
            The answer is: A. Another is: B     | false
            The answer is:                      | false
            The answer is: Option **B**         | true
            'the bug is:\\nB'                   | true
            answer: B                           | true
            answer:B                            | false
            The answer is B                     | false
            it is: f                            | false
            answer: A, so it is: B              | true
            """)
    void anAnswerToCodeDebugIsRightWhereInfiniteBenchFindsItRight(String answer, boolean right) {
        String written = answer.replace("\\n", "\n");
        assertThat(ChoiceTask.CODE_DEBUG.chooses(written, "B", "g")).isEqualTo(right);
    }

    @Test
    void theAnswerOfLongBenchIsALetterAlsoWhereAnOptionReadsLikeOne() {
        LongBenchSample sample = sample(ChoiceTask.LONGBENCH_V2, v2("B", "A", "D", "C"));

        assertThat(sample.score().applyAsDouble("The correct answer is (A)")).isEqualTo(1);
        assertThat(sample.score().applyAsDouble("The correct answer is (B)")).isZero();
    }

    @Test
    void theAnswerOfCodeDebugIsAFunctionsNameAlsoWhereItReadsLikeALetter() {
        ObjectNode line = debug("B", "f", "g", "A");
        line.putArray("answer").add("A").add("D");

        assertThat(sample(ChoiceTask.CODE_DEBUG, line).score().applyAsDouble("D."))
                .isEqualTo(1);
        assertThat(sample(ChoiceTask.CODE_DEBUG, line.put("answer", "B"))
                        .score()
                        .applyAsDouble("A."))
                .isEqualTo(1);
        assertThat(sample(ChoiceTask.CODE_DEBUG, line.put("answer", "C"))
                        .score()
                        .applyAsDouble("C."))
                .isEqualTo(1);
    }

    @Test
    void optionsAndTextsAreFilledInWithoutBeingReadAsPlaceholders() {
        ObjectNode line =
                v2(" {B} ", "$1", "\\", "{context}").put("question", "{A}?").put("context", " {input}\n");

        assertThat(sample(ChoiceTask.LONGBENCH_V2, line).prompt())
                .contains("<text>\n{input}\n</text>")
                .contains("question: {A}?\n")
                .contains("\n(A) {B}\n(B) $1\n(C) \\\n(D) {context}\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"E", "", "AB", "one", "a"})
    void anAnswerThatIsNoOptionIsRefused(String answer) {
        assertThatThrownBy(() ->
                        sample(ChoiceTask.LONGBENCH_V2, v2("1", "2", "3", "4").put("answer", answer)))
                .isInstanceOf(JsonLineException.class)
                .hasMessage("file:1: 'answer' is '" + answer + "', must be one of the four options or its letter");
    }

    @Test
    void aLengthThatLongBenchDoesNotHaveIsRefused() {
        assertThatThrownBy(() ->
                        sample(ChoiceTask.LONGBENCH_V2, v2("1", "2", "3", "4").put("length", "huge")))
                .hasMessage("file:1: 'length' is 'huge', must be short, medium or long");
    }
}
