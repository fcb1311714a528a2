package io.speckv.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import io.speckv.training.bpe.BpeSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Encodes pieces of task text. Pieces begin at a space or a line break, so the tokens of joined pieces are their joined
 * tokens.
 */
final class TaskTokens implements AutoCloseable {
    private final Tokenizer tokenizer;
    private final Map<String, int[]> fixed = new HashMap<>();
    private final int end;
    private final int turnStart;
    private final int turnEnd;
    private final int vocabulary;
    private final int[] plain;
    private final Set<Integer> digits = new HashSet<>();

    TaskTokens(Path tokenizerFile) throws IOException {
        tokenizer = Tokenizer.open(
                Objects.requireNonNull(tokenizerFile.toAbsolutePath().getParent()));
        JsonNode file = JsonMapper.builder().build().readTree(tokenizerFile.toFile());
        Set<Integer> ids = new TreeSet<>();
        file.at("/model/vocab").forEach(id -> ids.add(id.asInt()));
        Map<String, Integer> special = new HashMap<>();
        file.at("/added_tokens")
                .forEach(token -> special.put(
                        token.get("content").asText(), token.get("id").asInt()));
        end = id(special, BpeSettings.END_OF_TEXT, tokenizerFile);
        turnStart = id(special, BpeSettings.TURN_START, tokenizerFile);
        turnEnd = id(special, BpeSettings.TURN_END, tokenizerFile);
        ids.removeAll(special.values());
        plain = ids.stream().mapToInt(Integer::intValue).toArray();
        vocabulary = plain.length + special.size();
        for (int digit = 0; digit < 10; digit++) {
            Arrays.stream(encode(Integer.toString(digit))).forEach(digits::add);
        }
    }

    private static int id(Map<String, Integer> special, String token, Path file) throws IOException {
        Integer id = special.get(token);
        if (id == null) {
            throw new IOException(file + " has no special token " + token);
        }
        return id;
    }

    /** Returns the token that opens a chat turn. */
    int turnStart() {
        return turnStart;
    }

    /** Returns the token that closes a chat turn. */
    int turnEnd() {
        return turnEnd;
    }

    /** Returns the token that ends a text. */
    int end() {
        return end;
    }

    /** Returns whether a token is a digit. */
    boolean isDigit(int token) {
        return digits.contains(token);
    }

    /** Returns the ids that are not special, ascending. */
    int[] plain() {
        return plain;
    }

    /** Returns the size of the vocabulary, special tokens included. */
    int vocabulary() {
        return vocabulary;
    }

    int[] encode(String text) {
        return tokenizer.encode(text, SpecialTokens.EXCLUDED).ids();
    }

    /** Returns the tokens of a text that is needed often. */
    int[] fixed(String text) {
        return fixed.computeIfAbsent(text, this::encode);
    }

    static int[] join(List<int[]> pieces) {
        List<Integer> all = new ArrayList<>();
        for (int[] piece : pieces) {
            for (int token : piece) {
                all.add(token);
            }
        }
        return all.stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
