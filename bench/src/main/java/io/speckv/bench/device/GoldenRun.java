package io.speckv.bench.device;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One complete run of the reference, in the form that {@code golden/README.md} describes. */
record GoldenRun(int index, JsonNode json) {
    private static final ObjectMapper JSON = new ObjectMapper();

    String pair() {
        return json.get("pair").asText();
    }

    int[] prompt() {
        return JSON.convertValue(json.get("prompt"), int[].class);
    }

    float[] lastLogits() {
        return JSON.convertValue(json.get("last_logits"), float[].class);
    }

    int[] greedy() {
        return JSON.convertValue(json.get("greedy"), int[].class);
    }

    int[] output(String method) {
        return JSON.convertValue(json.get(method).get("output"), int[].class);
    }

    int[] keptTokens() {
        return JSON.convertValue(json.get("specpc").get("kept"), int[].class);
    }

    float[] scores() {
        return JSON.convertValue(json.get("specpc").get("scores"), float[].class);
    }

    /** Returns the kept prompt positions {@code [layers][kvHeads][kept]}. */
    int[][][] keptKeys(String method) {
        return JSON.convertValue(json.get(method).get("kept_per_layer_head"), int[][][].class);
    }

    /** Returns a method's settings in the reference's run, which does not verify lookahead. */
    Map<String, Object> settings(String method) {
        Map<String, Object> settings = new LinkedHashMap<>();
        if (method.equals("speckvpc")) {
            settings.put("specpc_config", config("specpc"));
            settings.put("speckv_config", config("speckv"));
        } else {
            settings.putAll(config(method));
        }
        settings.put("verify_lookahead", false);
        return settings;
    }

    private Map<String, Object> config(String method) {
        return JSON.convertValue(json.get(method).get("config"), new TypeReference<>() {});
    }

    static List<GoldenRun> all(JsonNode runs) {
        return java.util.stream.IntStream.range(0, runs.size())
                .mapToObj(i -> new GoldenRun(i, runs.get(i)))
                .toList();
    }

    @Override
    public String toString() {
        return "run " + index + " (" + pair() + ")";
    }
}
