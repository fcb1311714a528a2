package io.speckv.enginetarget;

import static io.speckv.enginetarget.EngineTargetRig.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.speckv.enginetarget.dialect.Dialects;
import io.speckv.enginetarget.dialect.EngineFacts;
import io.speckv.enginetarget.dialect.EngineHints;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.wire.SamplingDefaults;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.KeptPrompt;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.PositionRule;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.text.Tokenizer;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrderReaderTest {
    private static final Tokenizer TOKENIZER = Tokenizer.open(ScriptedEngine.MODEL);
    private final OrderReader reader = new OrderReader(
            TOKENIZER, new SamplingDefaults(0.7, 40, 0.9, 0.1, 1.2), new EngineTargetSettings.Limits(50, 30, null));

    @AfterAll
    static void close() {
        TOKENIZER.close();
    }

    private static KnownEngine engine(String kind, int context) {
        return new KnownEngine(Dialects.of(kind).orElseThrow(), new EngineFacts(kind, "1", "model", "", context, 0));
    }

    private EngineOrder read(String kind, Consumer<GenerationStart.Builder> change) {
        GenerationStart.Builder start = order(20);
        change.accept(start);
        return reader.read(start.build(), engine(kind, 40));
    }

    private void refused(String kind, String field, Consumer<GenerationStart.Builder> change) {
        assertThatThrownBy(() -> read(kind, change))
                .isInstanceOfSatisfying(
                        RequestException.class,
                        failure -> assertThat(failure.field()).contains(field));
    }

    @Test
    void whatIsUnsetComesFromTheModelsFiles() {
        var sampling = read("vllm", start -> {}).request().sampling();

        assertThat(sampling.temperature()).isEqualTo(0.7);
        assertThat(sampling.topK()).isEqualTo(40);
        assertThat(sampling.repetitionPenalty()).isEqualTo(1.2);
        assertThat(read("vllm", start -> start.getSamplingBuilder().setTopK(0))
                        .request()
                        .sampling()
                        .topK())
                .isZero();
    }

    @Test
    void hintsPassToTheKindsThatHonourThemAndAreRefusedByNameElsewhere() {
        Consumer<GenerationStart.Builder> first =
                start -> start.getEngineBuilder().setPriority(0);
        Consumer<GenerationStart.Builder> salted =
                start -> start.getEngineBuilder().setCacheSalt("s");
        for (String kind : List.of("vllm", "sglang")) {
            assertThat(read(kind, first).request().hints()).isEqualTo(new EngineHints(0, ""));
            assertThat(read(kind, salted).request().hints()).isEqualTo(new EngineHints(null, "s"));
        }
        for (String kind : List.of("llama-cpp", "tensorrt-llm", "openai")) {
            refused(kind, "engine.priority", first);
            refused(kind, "engine.cache_salt", salted);
        }
        refused("vllm", "engine.cache_salt", start -> start.getEngineBuilder().setCacheSalt("s".repeat(1025)));
    }

    /** Nobody asked for them, and clients of OpenAI's API could not unset them. */
    @Test
    void defaultsOfTheModelThatAnEngineCannotFollowAreLeftOut() {
        var sampling = read("openai", start -> {}).request().sampling();

        assertThat(sampling.temperature()).isEqualTo(0.7);
        assertThat(sampling.topP()).isEqualTo(0.9);
        assertThat(sampling.topK()).isZero();
        assertThat(sampling.minP()).isZero();
        assertThat(sampling.repetitionPenalty()).isEqualTo(1);
        assertThat(reader.leftOut(engine("openai", 40).dialect()))
                .containsExactly("top_k", "min_p", "repetition_penalty");
        assertThat(reader.leftOut(engine("vllm", 40).dialect())).isEmpty();
    }

    /** SGLang's abort ends every request whose name begins with the given one, so no caller may choose a name there. */
    @Test
    void theEngineKnowsEachRequestByANameOfItsOwn() {
        String first =
                read("sglang", start -> start.setRequestId("a")).request().id();
        String second =
                read("sglang", start -> start.setRequestId("a")).request().id();

        assertThat(first).hasSameSizeAs(second).hasSizeGreaterThan(30).isNotEqualTo(second);
    }

    @Test
    void noMoreTokensMustComeThanCanCome() {
        EngineOrder cut = reader.read(
                order(30)
                        .setPrompt(KeptPrompt.newBuilder().addAllTokenIds(Collections.nCopies(35, 1)))
                        .setSampling(SamplingSettings.newBuilder()
                                .setMaxNewTokens(30)
                                .setMinNewTokens(20))
                        .build(),
                engine("vllm", 40));

        assertThat(cut.request().sampling().maxNewTokens()).isEqualTo(5);
        assertThat(cut.request().sampling().minNewTokens()).isEqualTo(5);
    }

    @Test
    void theEngineIsAskedForNoMoreThanItsContextHolds() {
        EngineOrder order = read("vllm", start -> start.getSamplingBuilder().setMaxNewTokens(30));
        EngineOrder cut = reader.read(
                order(30)
                        .setPrompt(KeptPrompt.newBuilder().addAllTokenIds(Collections.nCopies(35, 1)))
                        .build(),
                engine("vllm", 40));

        assertThat(order.request().sampling().maxNewTokens()).isEqualTo(30);
        assertThat(cut.request().sampling().maxNewTokens()).isEqualTo(5);
        assertThat(cut.newTokens()).isEqualTo(30);
    }

    @Test
    void whatTheEngineCannotDoIsRefusedByName() {
        refused(
                "vllm",
                "sampling.temperature",
                start -> start.getSamplingBuilder().setTemperature(3));
        refused(
                "llama-cpp",
                "sampling.seed",
                start -> start.getSamplingBuilder().setSeed(1L << 32));
        refused(
                "tensorrt-llm",
                "sampling.top_logprobs",
                start -> start.getSamplingBuilder().setTopLogprobs(1));
    }

    @ParameterizedTest
    @CsvSource({"top_k", "min_p", "repetition_penalty", "ignore_eos", "stop_token_ids", "top_logprobs"})
    void openAisApiHasFewFields(String field) {
        OrderReader neutral =
                new OrderReader(TOKENIZER, SamplingDefaults.NEUTRAL, new EngineTargetSettings.Limits(50, 30, null));
        GenerationStart.Builder start = order(20);
        var sampling = start.getSamplingBuilder();
        switch (field) {
            case "top_k" -> sampling.setTopK(1);
            case "min_p" -> sampling.setMinP(0.5f);
            case "repetition_penalty" -> sampling.setRepetitionPenalty(2);
            case "ignore_eos" -> sampling.setIgnoreEos(true);
            case "stop_token_ids" -> sampling.addStopTokenIds(1);
            default -> sampling.setTopLogprobs(0);
        }

        assertThatThrownBy(() -> neutral.read(start.build(), engine("openai", 40)))
                .isInstanceOfSatisfying(
                        RequestException.class,
                        failure -> assertThat(failure.field()).contains("sampling." + field));
        assertThat(neutral.read(order(20).build(), engine("openai", 40)).newTokens())
                .isEqualTo(20);
    }

    @Test
    void aCacheStageThatWouldDropSomethingIsRefused() {
        refused(
                "vllm",
                "method.name",
                start -> start.setMethod(Method.newBuilder().setName("snapkv").setExtraSettings(budget(4))));
        assertThat(read(
                                "vllm",
                                start -> start.setMethod(
                                        Method.newBuilder().setName("snapkv").setExtraSettings(budget(20))))
                        .promptTokens())
                .isEqualTo(6);
    }

    private static Struct budget(int tokens) {
        return Struct.newBuilder()
                .putFields("window_size", Value.newBuilder().setNumberValue(2).build())
                .putFields(
                        "max_capacity_prompt",
                        Value.newBuilder().setNumberValue(tokens).build())
                .build();
    }

    @Test
    void promptsThatDoNotFitAreRefused() {
        refused(
                "vllm",
                "prompt.token_ids",
                start -> start.setPrompt(KeptPrompt.newBuilder().addAllTokenIds(Collections.nCopies(40, 1))));
        refused("vllm", "prompt.token_ids", start -> start.setPrompt(KeptPrompt.newBuilder()));
        refused(
                "vllm",
                "prompt.token_ids[0]",
                start -> start.setPrompt(KeptPrompt.newBuilder().addTokenIds(2560)));
        refused(
                "vllm",
                "prompt.position_rule",
                start -> start.setPrompt(KeptPrompt.newBuilder()
                        .addTokenIds(1)
                        .addOriginalPositions(3)
                        .setOriginalTokenCount(9)
                        .setPositionRule(PositionRule.POSITION_RULE_ORIGINAL)));
        refused("vllm", "tokenizer_fingerprint", start -> start.setTokenizerFingerprint("00"));
        refused(
                "vllm",
                "sampling.max_new_tokens",
                start -> start.getSamplingBuilder().setMaxNewTokens(31));
    }
}
