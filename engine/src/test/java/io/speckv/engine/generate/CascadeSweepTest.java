package io.speckv.engine.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.sampling.Greedy;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.selection.method.Method;
import io.speckv.selection.method.Methods;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CascadeSweepTest {
    private static final int NEW_TOKENS = 12;
    private static final GoldenRun RUN = GoldenRun.all().get(0);
    private static final ModelOptions FP32 = ModelOptions.DEFAULTS.withPrecision(Precision.FP32);

    private final DecoderModel target = DecoderModel.open(RUN.target(), FP32);
    private final DecoderModel draft = DecoderModel.open(RUN.draft(), FP32);

    @AfterAll
    void close() {
        target.close();
        draft.close();
    }

    @Test
    void everyMethodAnswersAsItDoesAlone() {
        List<Cascade.Request> requests = new ArrayList<>();
        methods().forEach(method -> requests.add(request(RUN.prompt(), method)));
        List<Cascade.Result> together = new CascadeSweep(target, draft).run(requests, YieldPoint.NONE);
        assertThat(together).hasSameSizeAs(requests);
        for (int i = 0; i < requests.size(); i++) {
            Cascade.Result alone = new Cascade(target, draft)
                    .run(requests.get(i), (logits, generated) -> Greedy.token(logits), token -> true, YieldPoint.NONE);
            Cascade.Result shared = together.get(i);
            String name = requests.get(i).method().toString();
            assertThat(shared.output()).as(name).isEqualTo(alone.output());
            assertThat(shared.kept()).as(name).isEqualTo(alone.kept());
            assertThat(shared.lookahead()).as(name).isEqualTo(alone.lookahead());
            assertThat(shared.kvBytes()).as(name).isEqualTo(alone.kvBytes());
            assertThat(selected(shared)).as(name).isDeepEqualTo(selected(alone));
            assertThat(shared.stages().untilFirstToken()).as(name).isPositive();
        }
    }

    private static int[][][] selected(Cascade.Result result) {
        return result.keptKeys().stream().map(keys -> keys.selected()).toArray(int[][][]::new);
    }

    private static Stream<Method> methods() {
        return Stream.of(
                Methods.of("full", Map.of()),
                method("streaming", 40),
                method("snapkv", 40),
                method("snapkv", 64),
                method("laq++", 40),
                method("laq++", 64),
                method("h2o", 40),
                method("pyramidkv", 40),
                method("ada-snapkv", 40),
                method("tova", 64),
                method("speckv", 40),
                method("speckv", 64),
                method("corrected-speckv", 40),
                method("corrected-speckv", 64),
                Methods.of("specpc", Map.of("max_capacity_prompt", 64, "window_size", 16, "kernel_size", 4)),
                Methods.of("specprefill", Map.of("keep_rate", 0.5)),
                Methods.of(
                        "speckv-pc",
                        Map.of(
                                "specpc", Map.of("max_capacity_prompt", 64, "window_size", 16, "kernel_size", 4),
                                "speckv", Map.of("max_capacity_prompt", 32, "window_size", 8))));
    }

    private static Method method(String name, int budget) {
        return Methods.of(name, Map.of("max_capacity_prompt", budget));
    }

    @Test
    void promptsMustBeTheSame() {
        int[] other = RUN.prompt().clone();
        other[0]++;
        List<Cascade.Request> requests =
                List.of(request(RUN.prompt(), method("snapkv", 40)), request(other, method("snapkv", 40)));
        assertThatThrownBy(() -> new CascadeSweep(target, null).run(requests, YieldPoint.NONE))
                .hasMessageContaining("one prompt");
    }

    private static Cascade.Request request(int[] prompt, Method method) {
        return Cascade.Request.of(prompt, method, NEW_TOKENS, Set.of());
    }
}
