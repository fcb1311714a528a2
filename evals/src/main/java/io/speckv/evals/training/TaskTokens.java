package io.speckv.evals.training;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Encodes pieces of task text. Pieces begin at a space or a line break, so that joining them joins their tokens. */
final class TaskTokens implements AutoCloseable {
    private final HuggingFaceTokenizer tokenizer;
    private final Map<String, int[]> fixed = new HashMap<>();
    private final int end;
    private final int vocabulary;

    TaskTokens(Path tokenizerFile) throws IOException {
        tokenizer = HuggingFaceTokenizer.newInstance(tokenizerFile, Map.of("truncation", "false", "padding", "false"));
        int[] id = encode(BytePairTrainer.END);
        if (id.length != 1) {
            throw new IOException(tokenizerFile + " has no token " + BytePairTrainer.END);
        }
        end = id[0];
        JsonNode file = JsonMapper.builder().build().readTree(tokenizerFile.toFile());
        vocabulary = file.at("/model/vocab").size();
    }

    /** The token that ends a text. */
    int end() {
        return end;
    }

    /** Tokens of the vocabulary, special ones included. */
    int vocabulary() {
        return vocabulary;
    }

    int[] encode(String text) {
        long[] ids = tokenizer.encode(text, false, false).getIds();
        int[] tokens = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            tokens[i] = Math.toIntExact(ids[i]);
        }
        return tokens;
    }

    /** The tokens of a text that is asked for often. */
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
