package io.speckv.evals.ruler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class RulerScoreTest {
    @Test
    void countsTheShareOfReferencesFoundIgnoringCase() {
        assertThat(RulerScore.matchAll(" 12, ab and CD.", List.of("AB", "cd", "xy", "12")))
                .isEqualTo(0.75);
    }

    @Test
    void takesAnyAnswerOfAQuestion() {
        assertThat(RulerScore.matchPart("It is Paris", List.of("London", "paris")))
                .isEqualTo(1);
        assertThat(RulerScore.matchPart("It is Rome", List.of("London", "paris")))
                .isZero();
    }

    @Test
    void readsControlCharactersAsLineEnds() {
        assertThat(RulerScore.clean(" a\u0000b\tc \n")).isEqualTo("a\nb\nc");
        assertThat(RulerScore.matchAll("1\t2", List.of("12"))).isZero();
    }

    @Test
    void needsAReference() {
        assertThatThrownBy(() -> RulerScore.matchAll("x", List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void scoresQuestionTasksByAnyAnswerAndTheOthersByAll() {
        assertThat(RulerTask.of("qa_2").score("b", List.of("a", "b"))).isEqualTo(1);
        assertThat(RulerTask.of("niah_multiquery").score("b", List.of("a", "b")))
                .isEqualTo(0.5);
        assertThatThrownBy(() -> RulerTask.of("niah")).hasMessageContaining("niah_single_1, ");
    }
}
