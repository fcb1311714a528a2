package io.speckv.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.cli.client.RouterClient;
import io.speckv.cli.options.RouterArguments;
import io.speckv.kit.wire.MethodSettings;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.ReportSettings;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.TokenIds;
import io.speckv.trio.ServiceTrio;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** The preset through router, draft and target, on the golden cases: the same as in one process, and as the reference. */
@ResourceLock(Resources.SYSTEM_ERR) // its services log
class PaperThroughServicesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int END_OF_TEXT = 2;
    private static final Path GOLDEN =
            Path.of(System.getProperty("speckv.golden")).toAbsolutePath();

    /** Answers golden cases, and names what differs. */
    private record Services(RouterClient client) {
        List<String> differences(JsonNode golden, JsonNode prompt, int newTokens, boolean ignoreEos)
                throws IOException {
            JsonNode settings = golden.get("settings");
            GenerateOnceResponse answer = client.generateOnce(GenerateRequest.newBuilder()
                    .setPrompt(Prompt.newBuilder()
                            .setTokenIds(TokenIds.newBuilder()
                                    .addAllIds(IntStream.range(0, prompt.size())
                                            .map(i -> prompt.get(i).asInt())
                                            .boxed()
                                            .toList())))
                    .setMethod(method(settings))
                    .setSampling(SamplingSettings.newBuilder()
                            .setTemperature(0)
                            .setMaxNewTokens(newTokens)
                            .setIgnoreEos(ignoreEos))
                    .setFallback(FallbackPolicy.FALLBACK_POLICY_FAIL)
                    .setReport(ReportSettings.newBuilder().setKeptPositions(true))
                    .build());
            List<String> wrong = new ArrayList<>();
            // A service does not send the end token that ends an answer.
            List<Integer> output = new ArrayList<>(answer.getAnswer().getTokenIdsList());
            if (answer.getFinished().getFinishReason() == FinishReason.FINISH_REASON_END_OF_TEXT) {
                output.add(END_OF_TEXT);
            }
            check(wrong, "output", golden, output);
            var report = answer.getFinished().getCompression();
            check(wrong, "kept", golden, report.getKeptPositionsList());
            if (!settings.has("second_stage") && !report.getPreset().equals("paper")) {
                wrong.add("preset");
            }
            if (report.getLookahead().getArrivedLate()) {
                wrong.add("lookahead in time");
            }
            return wrong.stream()
                    .map(what -> what + " of " + prompt.size() + " tokens with " + settings)
                    .toList();
        }

        private static void check(List<String> wrong, String what, JsonNode golden, List<Integer> ours) {
            if (golden.hasNonNull(what) && !golden.get(what).equals(JSON.valueToTree(ours))) {
                wrong.add(what);
            }
        }

        private static Method method(JsonNode golden) {
            Map<String, @Nullable Object> settings = JSON.convertValue(golden, new TypeReference<>() {});
            String name = String.valueOf(settings.remove("sparse_type"));
            if (settings.containsKey("second_stage")) {
                settings.put("verify_lookahead", false);
            } else {
                settings.put("preset", "paper");
            }
            for (String stage : List.of("specpc", "speckv")) {
                Object block = settings.remove(stage + "_config");
                if (block != null) {
                    settings.put(stage, block);
                }
            }
            return MethodSettings.toProto(name.equals("speckvpc") ? "speckv-pc" : name, settings);
        }
    }

    private interface Comparison {
        List<String> run(Services services) throws IOException;
    }

    private static List<String> with(Path draft, Path target, Comparison comparison) throws Exception {
        List<String> model = List.of(
                "--server.port=0", "--telemetry.log-level=WARN", "--model.dtype=fp32", "--limits.prompt-tokens=2048");
        List<String> router = List.of(
                "--server.port=0",
                "--telemetry.log-level=WARN",
                // Neither may reach into a request that asks for the paper's method.
                "--method.name=speckv-pc",
                "--drafting.lookahead-wait=0s");
        try (ServiceTrio trio = ServiceTrio.start(new ServiceTrio.Plan(draft, target, model, model, router));
                RouterClient client = RouterArguments.local(trio.routerPort()).open()) {
            client.awaitPair(Duration.ofSeconds(60));
            return comparison.run(new Services(client));
        }
    }

    @Test
    void everyCascadeIsTheReferencesThroughThreeServices() throws Exception {
        JsonNode cases = JSON.readTree(GOLDEN.resolve("cascades.json").toFile());
        List<String> wrong =
                with(GOLDEN.resolve("models/llama-draft"), GOLDEN.resolve("models/llama-target"), services -> {
                    List<String> different = new ArrayList<>();
                    for (JsonNode each : cases) {
                        // The wait of 0 seconds is the router's own for methods without the preset.
                        boolean paper = !each.get("settings").has("second_stage");
                        if (paper && each.get("pair").asText().equals("llama")) {
                            different.addAll(services.differences(each, each.get("prompt"), 12, true));
                        }
                    }
                    return different;
                });
        assertThat(wrong).isEmpty();
    }

    @Test
    void realWeightsAnswerAsThePapersCodeDid() throws Exception {
        Path models = GOLDEN.resolve("target");
        assumeTrue(
                Files.exists(models.resolve("smollm2-d20/model.safetensors")),
                "golden/real/fetch makes the models of this test; it needs Python 3");
        JsonNode golden = JSON.readTree(GOLDEN.resolve("real/p01.json").toFile());
        for (String draft : List.of("self", "d20")) {
            Path folder = models.resolve(draft.equals("self") ? "smollm2" : "smollm2-d20");
            List<String> wrong = with(folder, models.resolve("smollm2"), services -> {
                List<String> different = new ArrayList<>();
                for (JsonNode each : golden.get("cases")) {
                    if (each.get("pair").asText().equals(draft)) {
                        different.addAll(services.differences(each, golden.get("prompt_ids"), 32, false));
                    }
                }
                return different;
            });
            assertThat(wrong).isEmpty();
        }
    }
}
