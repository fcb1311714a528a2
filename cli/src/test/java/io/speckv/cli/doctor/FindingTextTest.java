package io.speckv.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FindingTextTest {
    @Test
    void aFindingIsItsMarkItsSubjectAndWhatToDo() {
        assertThat(FindingText.lines(Finding.note("ports", "in use: 9000", "end what listens there")))
                .containsExactly("note  ports          in use: 9000", " ".repeat(21) + "-> end what listens there");
        assertThat(FindingText.lines(Finding.right("gpu", "none"))).containsExactly("ok    gpu            none");
    }

    @Test
    void linesEndBeforeColumnEighty() {
        String words = "some words that are repeated ".repeat(20);
        assertThat(FindingText.lines(Finding.wrong("a subject that is long", words, words)))
                .hasSizeGreaterThan(10)
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }
}
