package io.speckv.evals.longbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class LongBenchTaskTest {
    @Test
    void fillsThePromptEvenWhenTheContextLooksLikeAPlaceholder() {
        assertThat(LongBenchTask.TREC.prompt("see {input}", "Q?"))
                .isEqualTo("Please determine the type of the question below. Here are some examples of questions.\n\n"
                        + "see {input}\nQ?");
        assertThat(LongBenchTask.LCC.prompt("int a;\n", ""))
                .isEqualTo("Please complete the code given below. \nint a;\nNext line of code:\n");
    }

    @Test
    void keepsTheBlanksOfTheOfficialPrompts() {
        assertThat(LongBenchTask.PASSAGE_COUNT.prompt("C", "")).endsWith("\n\nThe final answer is: ");
        assertThat(LongBenchTask.MULTI_NEWS.prompt("C", "")).contains("summary of all news. \n\nNews:\nC\n\nNow");
        assertThat(LongBenchTask.QASPER.prompt("C", "Q"))
                .contains("Article: C\n\n Answer the question")
                .contains("\"yes\", \"no\", or \"unanswerable\". Do not provide any explanation.\n\n")
                .endsWith("\n\nQuestion: Q\n\nAnswer:");
        for (LongBenchTask task : LongBenchTask.values()) {
            assertThat(task.prompt("CONTEXT", "INPUT"))
                    .contains("CONTEXT")
                    .doesNotContain("{")
                    .doesNotContain("\\");
        }
    }

    @Test
    void scoresFewShotAnswersByTheirFirstLine() {
        assertThat(LongBenchTask.TRIVIAQA.score("\n\nParis\nQuestion: London", List.of("Rome", "Paris"), List.of()))
                .isCloseTo(1, within(1e-9));
        assertThat(LongBenchTask.HOTPOTQA.score("Paris\nLondon", List.of("Paris"), List.of()))
                .isCloseTo(2.0 / 3, within(1e-9));
    }

    @Test
    void takesTheBestReference() {
        assertThat(LongBenchTask.MUSIQUE.score("a blue sky", List.of("red", "blue sky"), List.of()))
                .isEqualTo(1);
        assertThatThrownBy(() -> LongBenchTask.MUSIQUE.score("x", List.of(), List.of()))
                .hasMessage("musique: a sample needs at least one reference");
    }

    @Test
    void completesFewShotAndCodePromptsWithoutChatTemplate() {
        assertThat(LongBenchTask.values())
                .filteredOn(task -> !task.usesChatTemplate())
                .extracting(LongBenchTask::taskName)
                .containsExactly("trec", "triviaqa", "samsum", "lcc", "repobench-p");
        assertThat(LongBenchTask.of("2wikimqa").maxNewTokens()).isEqualTo(32);
        assertThatThrownBy(() -> LongBenchTask.of("dureader")).hasMessageContaining("narrativeqa, ");
    }
}
