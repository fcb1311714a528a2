package io.speckv.selection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The golden cases: results of the reference implementation's own functions. */
public final class Golden {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Golden() {}

    public static JsonNode json(String file) {
        try {
            return JSON.readTree(path(file).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static int[] ints(JsonNode array) {
        return JSON.convertValue(array, int[].class);
    }

    public static int[][] rows(JsonNode array) {
        return JSON.convertValue(array, int[][].class);
    }

    public static float[] floats(JsonNode array) {
        return JSON.convertValue(array, float[].class);
    }

    @SuppressWarnings("unchecked")
    public static Map<String, Object> settings(JsonNode object) {
        return JSON.convertValue(object, Map.class);
    }

    /** Returns a safetensors file: a header length, a JSON header, raw little-endian tensors. */
    public static Tensors tensors(String file) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path(file))).order(ByteOrder.LITTLE_ENDIAN);
            int headerLength = Math.toIntExact(bytes.getLong());
            byte[] header = new byte[headerLength];
            bytes.get(header);
            return new Tensors(JSON.readTree(new String(header, StandardCharsets.UTF_8)), bytes, 8 + headerLength);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path path(String file) {
        return Path.of(System.getProperty("speckv.golden", "../golden"), file);
    }

    /** The tensors of one file by name. */
    public record Tensors(JsonNode header, ByteBuffer bytes, int start) {
        public float[] floats(String name) {
            int offset = offset(name, "F32");
            float[] values = new float[length(name) / Float.BYTES];
            bytes.slice(offset, length(name))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(values);
            return values;
        }

        /** Returns a two-dimensional tensor of 64-bit integers. */
        public int[][] rows(String name) {
            int offset = offset(name, "I64");
            int[] shape = ints(header.get(name).get("shape"));
            int[][] rows = new int[shape[0]][shape[1]];
            for (int i = 0; i < shape[0] * shape[1]; i++) {
                rows[i / shape[1]][i % shape[1]] = (int) bytes.getLong(offset + i * Long.BYTES);
            }
            return rows;
        }

        private int offset(String name, String type) {
            if (!header.get(name).get("dtype").asText().equals(type)) {
                throw new IllegalStateException(name + " is " + header.get(name) + ", not " + type);
            }
            return start + header.get(name).get("data_offsets").get(0).asInt();
        }

        private int length(String name) {
            JsonNode offsets = header.get(name).get("data_offsets");
            return offsets.get(1).asInt() - offsets.get(0).asInt();
        }
    }
}
