package io.speckv.training;

import io.speckv.evals.words.WordList;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Running text for vocabularies and haystacks: all files of some folders, and the wording of the tasks. */
final class Corpus {
    private static final int WORDING_REPEATS = 400;
    private static final int WORD_REPEATS = 100;
    private static final String WORDING = """
            A special magic number is hidden within the following text. Make sure to memorize it. I will quiz you about \
            the number afterwards.
            Some special magic numbers are hidden within the following text. Some special magic uuids are hidden. A special \
            magic uuid is hidden. The grass is green. The sky is blue. The sun is yellow. Here we go. There and back again. \
            One of the special magic numbers for one is: 1. One of the special magic uuids for two is: 2.
            What is the special magic number for one mentioned in the provided text? The special magic number for one \
            mentioned in the provided text is 1, 2, and 3.
            What are all the special magic numbers for two, and three mentioned in the provided text? The special magic \
            uuids for two mentioned in the provided text are 1. What is the special magic uuid for that? What are all the
            What is the answer to this question? When was it? Who was it? Which one? Yes. No. Question: Answer: Summary:
            """;

    private final String text;

    private Corpus(String text) {
        this.text = text;
    }

    /** Reads files, and the files in folders, in the order of their names, as UTF-8 with invalid bytes replaced. */
    static Corpus read(List<Path> sources) throws IOException {
        StringBuilder text = new StringBuilder();
        for (Path source : sources) {
            try (Stream<Path> files = Files.walk(source)) {
                for (Path file : files.filter(f -> Files.isRegularFile(f) && !Files.isSymbolicLink(f))
                        .sorted()
                        .toList()) {
                    text.append(new String(Files.readAllBytes(file), StandardCharsets.UTF_8))
                            .append('\n');
                }
            }
        }
        if (text.length() < 100_000) {
            throw new IOException(
                    "the texts " + sources + " hold " + text.length() + " characters; give at least 100000");
        }
        return new Corpus(text.toString());
    }

    String prose() {
        return text;
    }

    /**
     * Returns the text for learning a vocabulary: the prose, and the tasks' words, repeated often enough to become whole
     * tokens.
     */
    String forVocabulary(WordList words) {
        StringBuilder tasks = new StringBuilder();
        for (String adjective : words.adjectives()) {
            tasks.append(' ').append(adjective);
        }
        for (String noun : words.nouns()) {
            tasks.append(' ').append(noun).append('-').append(noun);
        }
        return text + WORDING.repeat(WORDING_REPEATS) + tasks.toString().repeat(WORD_REPEATS);
    }
}
