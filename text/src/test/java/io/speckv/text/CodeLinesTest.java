package io.speckv.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.selection.Lines;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A token is a character here. */
class CodeLinesTest {
    private static Encoding characters(String text) {
        int[] starts = IntStream.range(0, text.length()).toArray();
        return new Encoding(
                text, starts, starts, IntStream.rangeClosed(1, text.length()).toArray());
    }

    private static List<String> lines(String text) {
        Lines lines = CodeLines.of(characters(text));
        List<String> found = new ArrayList<>();
        for (int i = 0; i < lines.count(); i++) {
            found.add(text.substring(lines.start(i), lines.end(i)));
        }
        return found;
    }

    @Test
    void runningTextHasNone() {
        assertThat(lines("He said it was (nearly) done; she did not agree.\nSo they went on, as one does.\n\nThe end."))
                .isEmpty();
        assertThat(lines("Call f(x) or g(y), whichever returns first, and see what happens then."))
                .isEmpty();
        assertThat(lines("From here on: he said this == that, she did not. So it went.\nThey all agreed at last."))
                .isEmpty();
        assertThat(lines("")).isEmpty();
    }

    @Test
    void whatLooksLikeCodeIsCode() {
        assertThat(lines("This is the class:\n\nclass A {\n    int one = 1;\n}\n\nIt has one field."))
                .containsExactly("class A {\n", "    int one = 1;\n", "}\n");
        assertThat(lines("def f(x):\n    y = x + 1\n    return y\n"))
                .containsExactly("def f(x):\n", "    y = x + 1\n", "    return y\n");
        assertThat(lines("{\n  \"name\": \"weather\",\n  \"strict\": true\n}")).hasSize(4);
    }

    @Test
    void eitherKindOfLineBreakWillDo() {
        assertThat(lines("This is the class:\r\n\r\nint one = 1; // the first\r\nprint(one)\r\n\r\nIt has one field."))
                .containsExactly("int one = 1; // the first\r\n", "print(one)\r\n");
        assertThat(lines("a\tb\tc\r\n1\t2\t3\r\n")).hasSize(2);
    }

    @Test
    void whatStandsInFencesIsCode() {
        assertThat(lines("See:\n```\nplain words\n\nmore words\n```\nAnd so on."))
                .containsExactly("```\n", "plain words\n", "more words\n", "```\n");
    }

    @Test
    void rowsWithCellsAreATable() {
        assertThat(lines("The table:\n| a | b |\n|---|---|\n| 1 | 2 |\nwas empty."))
                .containsExactly("| a | b |\n", "|---|---|\n", "| 1 | 2 |\n");
        assertThat(lines("a\tb\tc\n1\t2\t3\n")).hasSize(2);
    }

    @Test
    void aTokenIsOfTheLineInWhichItBegins() {
        String text = "a = 1;\n\nb = 2;\n";
        Encoding encoding = new Encoding(text, new int[] {1, 2, 3}, new int[] {0, 5, 9}, new int[] {5, 9, 15});
        Lines lines = CodeLines.of(encoding);
        assertThat(lines.count()).isEqualTo(2);
        assertThat(lines.end(0)).isEqualTo(2);
        assertThat(lines.start(1)).isEqualTo(2);
    }
}
