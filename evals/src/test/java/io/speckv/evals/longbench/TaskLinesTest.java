package io.speckv.evals.longbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.evals.jsonl.JsonLine;
import io.speckv.evals.jsonl.JsonLineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TaskLinesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static ObjectNode object(int length, String... answers) {
        ObjectNode object =
                JSON.createObjectNode().put("input", "q").put("context", "c").put("length", length);
        object.putArray("all_classes").add("City").add("Person");
        for (String answer : answers) {
            object.withArray("answers").add(answer);
        }
        return object;
    }

    private static LongBenchSample sample(LongBenchTask task, boolean byLength, ObjectNode object) {
        return new TaskLines(task, byLength).sample(new JsonLine("file:1", object));
    }

    /** The bounds are those of {@code scorer_e}. */
    @ParameterizedTest(name = "{0} words: {1}")
    @CsvSource({"0, 0-4k", "3999, 0-4k", "4000, 4-8k", "7999, 4-8k", "8000, 8k+", "2147483647, 8k+"})
    void samplesOfLongBenchEAreToldApartByTheWordsOfTheirContext(int words, String bucket) {
        assertThat(sample(LongBenchTask.QASPER, true, object(words, "a")).set()).isEqualTo("qasper_e " + bucket);
        assertThat(sample(LongBenchTask.QASPER, false, object(words, "a")).set())
                .isEqualTo("qasper");
    }

    @ParameterizedTest
    @EnumSource
    void theReferenceItselfIsAPerfectAnswerToEveryTask(LongBenchTask task) {
        String reference = task == LongBenchTask.PASSAGE_RETRIEVAL_EN
                ? "Paragraph 7"
                : task == LongBenchTask.PASSAGE_COUNT ? "7" : "City";
        LongBenchSample sample = sample(task, false, object(1, "Paragraph 1", reference));

        assertThat(sample.score().applyAsDouble(reference)).isBetween(1 - 1e-7, 1.0);
        assertThat(sample.score().applyAsDouble("")).isZero();
    }

    @Test
    void anyReferenceMayBeMet() {
        LongBenchSample sample = sample(LongBenchTask.HOTPOTQA, false, object(1, "Rome", "Paris", "Oslo"));

        assertThat(sample.score().applyAsDouble("Oslo")).isEqualTo(1);
        assertThat(sample.score().applyAsDouble("Rome Paris")).isBetween(0.6, 0.7);
    }

    @Test
    void aReferenceThatNoAnswerCanBeScoredAgainstIsRefusedWhereItStands() {
        assertThatThrownBy(() ->
                        sample(LongBenchTask.PASSAGE_RETRIEVAL_EN, false, object(1, "Paragraph 1", "paragraph 2")))
                .isInstanceOf(JsonLineException.class)
                .hasMessage("file:1: the reference must name a 'Paragraph N', was 'paragraph 2'");
    }
}
