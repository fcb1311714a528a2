package io.speckv.engine.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.sampling.Greedy;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.selection.cache.KeptKeys;
import io.speckv.selection.method.Method;
import io.speckv.selection.method.Methods;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the paper's own code answered on SmolLM2-135M, in one process in float32: {@code golden/real}. */
class RealWeightsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path GOLDEN = Path.of(System.getProperty("speckv.golden"));
    private static final Path MODELS = GOLDEN.resolve("target");
    private static final int END_OF_TEXT = 2;

    @ParameterizedTest
    @ValueSource(strings = {"p01", "p03"})
    void thePresetIsThePapersCodePositionForPositionAndTokenForToken(String prompt) throws IOException {
        assumeTrue(
                Files.exists(MODELS.resolve("smollm2-d20/model.safetensors")),
                "golden/real/fetch makes the models of this test; it needs Python 3");
        JsonNode golden =
                JSON.readTree(GOLDEN.resolve("real").resolve(prompt + ".json").toFile());
        int[] ids = GoldenRun.ints(golden.get("prompt_ids"));
        ModelOptions fp32 = ModelOptions.DEFAULTS.withPrecision(Precision.FP32);
        List<String> wrong = new ArrayList<>();
        try (DecoderModel target = DecoderModel.open(MODELS.resolve("smollm2"), fp32);
                DecoderModel shorter = DecoderModel.open(MODELS.resolve("smollm2-d20"), fp32)) {
            for (JsonNode each : golden.get("cases")) {
                boolean self = each.get("pair").asText().equals("self");
                Cascade.Result result = run(each, ids, new Cascade(target, self ? target : shorter));
                differences(each, result)
                        .forEach(what -> wrong.add(what + " of " + each.get("method") + ", draft " + each.get("pair")));
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static Cascade.Result run(JsonNode golden, int[] prompt, Cascade cascade) {
        Map<String, @Nullable Object> settings = JSON.convertValue(golden.get("settings"), new TypeReference<>() {});
        settings.put("preset", "paper");
        Method method = Methods.ofFile(settings);
        return cascade.run(
                Cascade.Request.of(prompt, method, golden.get("max_new_tokens").asInt(), Set.of(END_OF_TEXT)),
                (logits, generated) -> Greedy.token(logits),
                token -> true,
                YieldPoint.NONE);
    }

    private static List<String> differences(JsonNode golden, Cascade.Result result) {
        List<String> wrong = new ArrayList<>();
        int[] output = GoldenRun.ints(golden.get("output"));
        if (!Arrays.equals(withoutEnd(output), result.output())) {
            wrong.add("output " + Arrays.toString(result.output()) + " for " + Arrays.toString(output));
        }
        check(wrong, golden, "lookahead", result.lookahead());
        check(wrong, golden, "kept", result.kept());
        check(wrong, golden, "kept_per_layer_head_sha256_16", digests(result.keptKeys()));
        if (golden.hasNonNull("scores_f32_base64")) {
            Offset<Float> near = Offset.offset(1e-4f);
            assertThat(result.scores()).containsExactly(floats(golden.get("scores_f32_base64")), near);
        }
        return wrong;
    }

    /** Compares what the golden case has; a method without a stage has null there. */
    private static void check(List<String> wrong, JsonNode golden, String field, Object ours) {
        if (golden.hasNonNull(field) && !golden.get(field).equals(JSON.valueToTree(ours))) {
            wrong.add(field);
        }
    }

    /** The paper's answers hold the token that ends them, and ours do not. */
    private static int[] withoutEnd(int[] output) {
        int last = output.length - 1;
        return output[last] == END_OF_TEXT ? Arrays.copyOf(output, last) : output;
    }

    private static List<List<String>> digests(List<KeptKeys> kept) {
        return kept.stream()
                .map(layer -> Arrays.stream(layer.selected())
                        .map(RealWeightsTest::digest)
                        .toList())
                .toList();
    }

    private static String digest(int[] positions) {
        String joined = Arrays.stream(positions).mapToObj(Integer::toString).collect(Collectors.joining(","));
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(joined.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static float[] floats(JsonNode base64) {
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(base64.asText()));
        float[] floats = new float[bytes.remaining() / Float.BYTES];
        bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
        return floats;
    }
}
