package io.speckv.evals.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextColumnsTest {
    private static String written(TextColumns table) {
        StringBuilder text = new StringBuilder();
        table.write(text);
        return text.toString();
    }

    @Test
    void namesStandLeftAndValuesRightUnderTheirHeadings() {
        TextColumns table = new TextColumns("method", List.of("full", "snapkv@long"))
                .add("mean", List.of(1, 100), String::valueOf)
                .add("CI", List.of("a", ""), value -> value);

        assertThat(written(table)).isEqualTo("""
                method      mean CI
                full           1  a
                snapkv@long  100  \s

                """);
    }

    @Test
    void whatDoesNotFitBesideTheNamesGoesBelowThem() {
        String wide = "w".repeat(40);
        TextColumns table = new TextColumns("n", List.of("x"))
                .add("a", List.of(wide), value -> value)
                .add("b", List.of(wide), value -> value)
                .add("c", List.of("1"), value -> value);

        assertThat(written(table))
                .isEqualTo("n " + " ".repeat(39) + "a\nx " + wide + "\n\n" + "n " + " ".repeat(39) + "b c\nx " + wide
                        + " 1\n\n");
    }

    @Test
    void aColumnThatIsTooWideEvenBesideTheNamesIsWrittenOnce() {
        String name = "m".repeat(60);
        TextColumns table = new TextColumns("n", List.of(name)).add("a", List.of("v".repeat(30)), value -> value);

        assertThat(written(table))
                .isEqualTo("n" + " ".repeat(59) + " " + " ".repeat(29) + "a\n" + name + " " + "v".repeat(30) + "\n\n");
    }

    @Test
    void everyValueIsWrittenOnceInItsOrderAndNoLineIsTooWide() {
        Random random = new Random(1);
        for (int run = 0; run < 200; run++) {
            int rows = 1 + random.nextInt(3);
            List<String> names = new ArrayList<>();
            for (int row = 0; row < rows; row++) {
                names.add("name" + row + "x".repeat(random.nextInt(20)));
            }
            TextColumns table = new TextColumns("name", names);
            List<String> values = new ArrayList<>();
            int columns = random.nextInt(25);
            for (int column = 0; column < columns; column++) {
                String value = "v" + column + "y".repeat(random.nextInt(12));
                values.add(value);
                table.add("h" + column, names, name -> value);
            }
            List<String> lines = written(table).lines().toList();
            assertThat(lines).allMatch(line -> line.length() <= TextColumns.WIDTH);
            for (String name : names) {
                List<String> found = new ArrayList<>();
                lines.stream()
                        .filter(line -> line.startsWith(name + " ") || line.equals(name))
                        .forEach(line -> found.addAll(
                                List.of(line.substring(name.length()).strip().split(" +", -1))));
                found.remove("");
                assertThat(found).isEqualTo(values);
            }
        }
    }

    @Test
    void markdownHasOneTableHoweverWide() {
        StringBuilder text = new StringBuilder();
        new TextColumns("method", List.of("full", "h2o"))
                .add("a", List.of(1, 2), String::valueOf)
                .add("b", List.of("w".repeat(90), "-"), value -> value)
                .markdown(text);

        assertThat(text.toString())
                .isEqualTo("| method | a | b |\n|---|---:|---:|\n| full | 1 | " + "w".repeat(90)
                        + " |\n| h2o | 2 | - |\n");
    }
}
