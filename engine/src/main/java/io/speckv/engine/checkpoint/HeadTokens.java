package io.speckv.engine.checkpoint;

import io.speckv.engine.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The tokens that an LM head keeps (VocabTrim, arXiv:2506.22694): with tens of thousands of tokens fewer, a small model
 * decodes faster, because its head is a large part of it. A trimmed draft changes no answer of a target that verifies,
 * because the target has its whole head. The draft only guesses wrong when the answer needs another token.
 *
 * <p>The file holds one token id per line. "#" starts a comment, and empty lines are ignored. Immutable.
 */
public final class HeadTokens {
    private final int[] ids;
    private final int vocabSize;

    private HeadTokens(int[] ids, int vocabSize) {
        this.ids = ids;
        this.vocabSize = vocabSize;
    }

    /**
     * Returns the tokens that a file lists.
     *
     * @param vocabSize upper bound of the ids, exclusive
     * @throws CheckpointException naming file, line and rule if a line holds anything but an id of the vocabulary, or
     *     repeats an id, or the file lists no id
     */
    public static HeadTokens read(Path file, int vocabSize) {
        List<String> lines = lines(file);
        int[] lineOf = new int[vocabSize];
        for (int i = 0; i < lines.size(); i++) {
            String text = withoutComment(lines.get(i));
            if (!text.isEmpty()) {
                int line = i + 1;
                int id = id(file, line, text, vocabSize);
                if (lineOf[id] > 0) {
                    throw CheckpointException.ofLine(
                            file, line, "every token id once", id + " again, after line " + lineOf[id]);
                }
                lineOf[id] = line;
            }
        }
        int[] ids = IntStream.range(0, vocabSize).filter(id -> lineOf[id] > 0).toArray();
        if (ids.length == 0) {
            throw CheckpointException.ofFile(file, "at least one token id, one a line", "none");
        }
        return new HeadTokens(ids, vocabSize);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw CheckpointException.ofFile(file, "a readable text file of token ids", e.toString(), e);
        }
    }

    private static String withoutComment(String line) {
        int comment = line.indexOf('#');
        return (comment < 0 ? line : line.substring(0, comment)).strip();
    }

    private static int id(Path file, int line, String text, int vocabSize) {
        int id;
        try {
            id = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            id = -1;
        }
        if (id < 0 || id >= vocabSize) {
            throw CheckpointException.ofLine(file, line, "a token id from 0 to " + (vocabSize - 1), "'" + text + "'");
        }
        return id;
    }

    /** Returns the token ids, ascending. */
    public int[] ids() {
        return ids.clone();
    }

    /**
     * Returns logits of the whole vocabulary {@code [vocabSize]}: negative infinity for every other token.
     *
     * @param logits of these tokens, in the order of {@link #ids}
     */
    public float[] overVocabulary(float[] logits) {
        float[] all = new float[vocabSize];
        Arrays.fill(all, Float.NEGATIVE_INFINITY);
        for (int i = 0; i < ids.length; i++) {
            all[ids[i]] = logits[i];
        }
        return all;
    }
}
