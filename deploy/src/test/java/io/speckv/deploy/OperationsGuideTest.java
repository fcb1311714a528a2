package io.speckv.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.kit.failure.FailureCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OperationsGuideTest {
    private static final Pattern SIZING_ROW = Pattern.compile("\\| [\\w.-]+ ((?:\\| [\\d.]+ ){6})\\|");

    private static final Pattern TEST_COMMAND = Pattern.compile("(?m)^.*mvn [^`\n]*-Dtest=[^`\n]*");

    private static String guide() throws IOException {
        return Files.readString(Home.FOLDER.resolve("docs/operations.md"));
    }

    @Test
    void computesWhatACacheCosts() throws IOException {
        List<double[]> rows = SIZING_ROW
                .matcher(guide())
                .results()
                .map(row -> Arrays.stream(row.group(1).split("\\|"))
                        .map(String::strip)
                        .filter(cell -> !cell.isEmpty())
                        .mapToDouble(Double::parseDouble)
                        .toArray())
                .toList();

        assertThat(rows).hasSizeGreaterThanOrEqualTo(7);
        for (double[] row : rows) {
            double bytes = 2 * row[0] * row[1] * row[2] * row[3] * row[4];
            assertThat(row[5]).isEqualTo(bytes / (1024 * 1024));
        }
    }

    @Test
    void saysWhatToDoForEveryReason() throws IOException {
        String guide = guide();

        for (FailureCode code : FailureCode.values()) {
            assertThat(guide).contains("| " + code + " |");
        }
    }

    /** One module alone finds the others only where they were installed before. Rows of tables say it once, above the table. */
    @Test
    void aTestThatTheDocumentsNameRunsInAFreshClone() throws IOException {
        List<String> commands = new ArrayList<>();
        try (Stream<Path> pages = Files.list(Home.FOLDER.resolve("docs"))) {
            for (Path page : (Iterable<Path>) pages.filter(Files::isRegularFile)::iterator) {
                TEST_COMMAND
                        .matcher(Files.readString(page).replace("\\\n", " "))
                        .results()
                        .map(MatchResult::group)
                        .filter(command -> !command.startsWith("|"))
                        .forEach(commands::add);
            }
        }
        assertThat(commands)
                .hasSizeGreaterThan(5)
                .allSatisfy(
                        command -> assertThat(command).contains(" -am ", " -Dsurefire.failIfNoSpecifiedTests=false"));
    }

    @Test
    void explainsEveryAlert() throws IOException {
        List<String> alerts = Pattern.compile("- alert: (\\w+)")
                .matcher(Files.readString(Home.CHART.resolve("files/alerts.yaml")))
                .results()
                .map(match -> match.group(1))
                .toList();

        assertThat(alerts).isNotEmpty();
        assertThat(guide()).contains(alerts);
    }
}
