package io.speckv.target;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.engine.GoldenRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A golden model that computes finite numbers for every prompt but those with one token. */
final class OverflowingModel {
    /** The token whose values in the first layer overflow. */
    static final int TOKEN = 200;

    private static final int HIDDEN = 64;
    private static final int COLUMN = 5;

    private OverflowingModel() {}

    static Path write(Path folder) {
        Path source = GoldenRun.model("llama-target");
        try {
            for (String name : List.of("config.json", "generation_config.json", "tokenizer.json")) {
                Files.copy(source.resolve(name), folder.resolve(name));
            }
            byte[] weights = Files.readAllBytes(source.resolve("model.safetensors"));
            spoil(weights);
            Files.write(folder.resolve("model.safetensors"), weights);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One dimension is 0 but for the token, and the first layer's values are that dimension times a huge number. */
    private static void spoil(byte[] weights) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(weights).order(ByteOrder.LITTLE_ENDIAN);
        int headerBytes = Math.toIntExact(file.getLong(0));
        JsonNode header = new ObjectMapper().readTree(weights, Long.BYTES, headerBytes);
        int data = Long.BYTES + headerBytes;
        int embedding = data + begin(header, "model.embed_tokens.weight");
        int tokens = header.at("/model.embed_tokens.weight/shape/0").asInt();
        for (int token = 0; token < tokens; token++) {
            file.putFloat(embedding + Float.BYTES * (token * HIDDEN + COLUMN), token == TOKEN ? 100 : 0);
        }
        int values = data + begin(header, "model.layers.0.self_attn.v_proj.weight");
        file.putFloat(values + Float.BYTES * COLUMN, 3e38f);
    }

    private static int begin(JsonNode header, String tensor) {
        return header.get(tensor).get("data_offsets").get(0).asInt();
    }
}
