package io.speckv.proto;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Keeps {@code docs/api.md} equal to the protocol files. Write it anew with {@code mvn -pl proto test
 * -Dtest=ApiReferenceTest -Ddocs.record=true}.
 */
class ApiReferenceTest {
    private static final Path PAGE = Path.of("../docs/api.md");

    @Test
    void thePageSaysWhatTheProtocolFilesSay() throws IOException {
        String reference = ApiReference.of(ProtocolFiles.own());
        if (Boolean.getBoolean("docs.record")) {
            Files.writeString(PAGE, reference);
        }
        assertThat(Files.readString(PAGE))
                .as("docs/api.md is not up to date: mvn -pl proto test -Dtest=ApiReferenceTest -Ddocs.record=true")
                .isEqualTo(reference);
    }

    @Test
    void everyLinkHasItsHeading() throws IOException {
        String reference = ApiReference.of(ProtocolFiles.own());
        var headings = reference
                .lines()
                .filter(line -> line.startsWith("### "))
                .map(line -> line.substring(4).toLowerCase(java.util.Locale.ROOT))
                .toList();
        assertThat(java.util.regex.Pattern.compile("\\]\\(#([^)]*)\\)")
                        .matcher(reference)
                        .results()
                        .map(link -> link.group(1)))
                .isNotEmpty()
                .allSatisfy(link -> assertThat(headings).contains(link));
    }
}
