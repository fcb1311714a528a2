package io.speckv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every test that {@code docs/reliability.md} names is there, and every fault of the table has a row. */
class ReliabilityPageTest {
    private static final Path PAGE = Path.of("../docs/reliability.md");
    private static final Pattern NAMED = Pattern.compile("`(\\w+Test)(?:\\.(\\w+))?`");

    private static Map<String, String> testSources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> files = Files.find(
                Path.of(".."), 20, (file, facts) -> file.toString().matches(".*/src/test/java/.*Test\\.java"))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
            }
        }
        return sources;
    }

    @Test
    void everyNamedTestIsThere() throws IOException {
        Map<String, String> sources = testSources();
        var named = NAMED.matcher(Files.readString(PAGE)).results().toList();
        assertThat(named).hasSizeGreaterThan(40);
        for (MatchResult test : named) {
            assertThat(sources).containsKey(test.group(1));
            if (test.group(2) != null) {
                assertThat(sources.get(test.group(1))).as(test.group()).contains("void " + test.group(2) + "(");
            }
        }
    }

    @Test
    void everyFaultHasItsRow() throws IOException {
        String page = Files.readString(PAGE);
        assertThat(IntStream.rangeClosed(1, 35).mapToObj(i -> "| F" + i + " |"))
                .allSatisfy(row -> assertThat(page).contains(row));
    }
}
