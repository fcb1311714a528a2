package io.speckv.engine.generate;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Prompts below, at and above the budget of each stage, for every second stage: {@code golden/cascades.json}. */
class GoldenCascadesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int NEW_TOKENS = 12;

    @ParameterizedTest
    @ValueSource(strings = {"llama", "qwen2", "qwen3"})
    void everyStageDropsWhatTheReferenceDropsAndAnswersTheSame(String pair) throws IOException {
        JsonNode cases = JSON.readTree(Path.of(System.getProperty("speckv.golden"))
                .resolve("cascades.json")
                .toFile());
        ModelOptions fp32 = ModelOptions.DEFAULTS.withPrecision(Precision.FP32);
        List<String> wrong = new ArrayList<>();
        int compared = 0;
        try (DecoderModel target = DecoderModel.open(GoldenRun.model(pair + "-target"), fp32);
                DecoderModel draft = DecoderModel.open(GoldenRun.model(pair + "-draft"), fp32)) {
            for (JsonNode golden : cases) {
                if (golden.get("pair").asText().equals(pair)) {
                    wrong.addAll(differences(golden, new Cascade(target, draft)));
                    compared++;
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(compared).isEqualTo(80);
    }

    private static List<String> differences(JsonNode golden, Cascade cascade) {
        int[] prompt = GoldenRun.ints(golden.get("prompt"));
        Method method = paper(golden.get("settings"));
        Cascade.Result result = cascade.run(
                Cascade.Request.of(prompt, method, NEW_TOKENS, Set.of()),
                (logits, generated) -> Greedy.token(logits),
                token -> true,
                YieldPoint.NONE);
        boolean drafts = method.needsDraft(prompt.length, NEW_TOKENS);
        List<String> wrong = new ArrayList<>();
        // The reference drafts for prompts that lose nothing as well; nobody reads what it drafted.
        check(wrong, "lookahead", drafts ? golden.get("lookahead") : JSON.createArrayNode(), result.lookahead());
        check(wrong, "kept", golden.get("kept"), result.kept());
        check(
                wrong,
                "kept_per_layer_head",
                golden.get("kept_per_layer_head"),
                result.keptKeys().stream().map(KeptKeys::selected).toList());
        check(wrong, "output", golden.get("output"), result.output());
        return wrong.stream()
                .map(what -> what + " of " + prompt.length + " tokens with " + golden.get("settings"))
                .toList();
    }

    private static void check(List<String> wrong, String what, JsonNode golden, Object ours) {
        if (!JSON.valueToTree(ours).equals(golden)) {
            wrong.add(what);
        }
    }

    /** The paper's stages as its preset makes them; the others by their own settings, with no lookahead accepted. */
    private static Method paper(JsonNode golden) {
        Map<String, @Nullable Object> settings = JSON.convertValue(golden, new TypeReference<>() {});
        if (settings.containsKey("second_stage")) {
            settings.put("verify_lookahead", false);
        } else {
            settings.put("preset", "paper");
        }
        return Methods.ofFile(settings);
    }
}
