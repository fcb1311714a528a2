package io.speckv.cascade;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The stories under {@code src/test/testdata}. After a change that is meant, {@code mvn -pl cascade -am test
 * -Dtest=CascadeRunTest -Dsurefire.failIfNoSpecifiedTests=false -Dtranscripts.rewrite=true} tells them anew, to be read as a
 * diff.
 */
class CascadeRunTest {
    private static final boolean REWRITES = Boolean.getBoolean("transcripts.rewrite");

    static List<Path> stories() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/testdata"))) {
            return files.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("stories")
    void aStoryIsToldAsItWas(Path story) throws IOException {
        String written = Files.readString(story);
        String retold = Transcript.retold(written);
        if (REWRITES) {
            Files.writeString(story, retold);
        } else {
            assertThat(retold).isEqualTo(written);
        }
    }
}
