package io.speckv.selection.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.selection.FixedBudget;
import io.speckv.selection.Golden;
import io.speckv.selection.PoolType;
import io.speckv.selection.Pooling;
import io.speckv.selection.Reduction;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SpecKvGoldenTest {
    private static final JsonNode CASES = Golden.json("speckv_compress.json");
    private static final Golden.Tensors TENSORS = Golden.tensors("speckv_compress.safetensors");

    /**
     * The reference's function sees the inflated sizes W+L+1 and C+L+1 and no boundary between prompt and lookahead, so one
     * case stands for every lookahead length that leaves a window.
     */
    static Stream<Arguments> casesAndLookaheads() {
        return IntStream.range(0, CASES.size())
                .boxed()
                .flatMap(i -> IntStream.of(0, 1, 3)
                        .filter(lookahead -> window(i, lookahead) > 0)
                        .mapToObj(lookahead -> Arguments.of(i, lookahead)));
    }

    private static int window(int i, int lookahead) {
        return CASES.get(i).get("window_size").asInt() - lookahead - 1;
    }

    @ParameterizedTest
    @MethodSource("casesAndLookaheads")
    void keepsWhatTheReferenceKeeps(int i, int lookahead) {
        JsonNode expected = CASES.get(i);
        int window = window(i, lookahead);
        int capacity = expected.get("max_capacity_prompt").asInt() - lookahead - 1;
        int prompt = expected.get("tokens").asInt() - lookahead;
        SpecKv policy = new SpecKv(
                new FixedBudget(capacity),
                window,
                new Pooling.Centred(
                        PoolType.valueOf(expected.get("pool_type").asText().toUpperCase(Locale.ROOT)),
                        expected.get("kernel_size").asInt()),
                Reduction.parse(expected.get("reduction_type").asText()),
                new LookaheadSource.Draft(lookahead),
                null);
        ReferenceAttention attention = new ReferenceAttention(
                TENSORS.floats(i + ".q"),
                TENSORS.floats(i + ".k"),
                expected.get("heads").asInt(),
                expected.get("kv_heads").asInt(),
                expected.get("tokens").asInt(),
                expected.get("head_dim").asInt());

        KeptKeys kept = policy.keep(attention.observe(policy.observation(prompt, lookahead), lookahead));

        assertThat(CASES.size()).isEqualTo(16);
        assertThat(kept.selected()).isDeepEqualTo(TENSORS.rows(i + ".kept"));
        for (int[] head : kept.perHead()) {
            assertThat(head).hasSize(capacity).endsWith(prompt - 2);
        }
    }
}
