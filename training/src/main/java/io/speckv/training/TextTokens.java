package io.speckv.training;

import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Running text in a model's tokens, and the tokens that the model's texts begin with.
 *
 * @param opening special tokens before every text; often none
 * @param trained tokens to train on, file after file
 * @param heldOut tokens to measure on, none of which is trained on
 */
@SuppressWarnings("ArrayRecordComponent") // Only handed over, never compared.
record TextTokens(int[] opening, int[] trained, int[] heldOut) {
    /** If no text is given as held out, the last of this many parts of the text is. */
    private static final int PARTS = 20;

    /**
     * Reads files, and the files in folders, in the order of their names, as UTF-8 with invalid bytes replaced. A file that
     * contains a zero byte is not text and is left out.
     *
     * @param heldOut never trained on, even if {@code texts} contain it; if empty, the last twentieth of the texts
     * @param length tokens of a window
     * @throws IOException if a path does not exist, or the texts are shorter than a window
     */
    static TextTokens read(Tokenizer tokenizer, List<Path> texts, List<Path> heldOut, int length) throws IOException {
        Set<Path> measured = files(heldOut);
        Set<Path> trained = files(texts);
        trained.removeAll(measured);
        int[] all = tokens(tokenizer, trained);
        int[] held = tokens(tokenizer, measured);
        if (heldOut.isEmpty()) {
            int first = Math.max(0, all.length - Math.max(length, all.length / PARTS));
            held = Arrays.copyOfRange(all, first, all.length);
            all = Arrays.copyOf(all, first);
        }
        requireWindow("to train on", texts, all, length);
        requireWindow("held out", heldOut.isEmpty() ? texts : heldOut, held, length);
        return new TextTokens(opening(tokenizer), all, held);
    }

    private static void requireWindow(String use, List<Path> paths, int[] tokens, int length) throws IOException {
        if (tokens.length < length) {
            throw new IOException("the texts " + paths + " have " + tokens.length + " tokens " + use + "; a window of "
                    + length + " needs as many");
        }
    }

    private static Set<Path> files(List<Path> sources) throws IOException {
        Set<Path> files = new TreeSet<>();
        for (Path source : sources) {
            try (Stream<Path> found = Files.walk(source.toRealPath())) {
                found.filter(file -> Files.isRegularFile(file) && !Files.isSymbolicLink(file))
                        .forEach(files::add);
            }
        }
        return files;
    }

    private static int[] tokens(Tokenizer tokenizer, Set<Path> files) throws IOException {
        List<int[]> pieces = new ArrayList<>();
        for (Path file : files) {
            String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            if (text.indexOf('\0') < 0) {
                pieces.add(tokenizer.encode(text + "\n", SpecialTokens.EXCLUDED).ids());
            }
        }
        int[] joined = new int[pieces.stream().mapToInt(piece -> piece.length).sum()];
        int next = 0;
        for (int[] piece : pieces) {
            System.arraycopy(piece, 0, joined, next, piece.length);
            next += piece.length;
        }
        return joined;
    }

    private static int[] opening(Tokenizer tokenizer) {
        String any = "a";
        int[] plain = tokenizer.encode(any, SpecialTokens.EXCLUDED).ids();
        int[] framed = tokenizer.encode(any, SpecialTokens.INCLUDED).ids();
        for (int before = 0; before + plain.length <= framed.length; before++) {
            if (Arrays.equals(Arrays.copyOfRange(framed, before, before + plain.length), plain)) {
                return Arrays.copyOf(framed, before);
            }
        }
        return new int[0];
    }
}
