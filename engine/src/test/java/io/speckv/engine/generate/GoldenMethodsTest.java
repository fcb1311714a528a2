package io.speckv.engine.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.sampling.Greedy;
import io.speckv.engine.torch.DecodeStep;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.KvArena;
import io.speckv.engine.torch.KvSlot;
import io.speckv.selection.method.DraftWork;
import io.speckv.selection.method.Method;
import io.speckv.selection.method.Methods;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The three methods of the paper, step by step as its reference runs them, on all golden runs in float32. */
class GoldenMethodsTest {
    private static final int OUTPUT_TOKENS = 12;
    private static final ModelOptions FP32 = ModelOptions.DEFAULTS.withPrecision(Precision.FP32);

    static Stream<GoldenRun> runs() {
        return GoldenRun.all().stream();
    }

    @ParameterizedTest
    @MethodSource("runs")
    void specPcScoresAndKeepsWhatTheReferenceKeeps(GoldenRun run) {
        JsonNode golden = run.method("specpc");
        Method method = method("specpc", settings(golden));
        DraftReading draft = draft(run, method);

        assertThat(draft.scores()).containsExactly(GoldenRun.floats(golden.get("scores")), within(1e-5f));
        assertThat(draft.lookahead()).isEqualTo(GoldenRun.ints(golden.get("lookahead")));
        int[] kept = method.prompt().keep(run.prompt().length, draft.scores());
        assertThat(kept).isEqualTo(GoldenRun.ints(golden.get("kept")));
        assertThat(answer(run, method, kept, new int[0]).output()).isEqualTo(GoldenRun.ints(golden.get("output")));
    }

    @ParameterizedTest
    @MethodSource("runs")
    void specKvKeepsTheSameKeysAndAnswersTheSame(GoldenRun run) {
        JsonNode golden = run.method("speckv");
        Method method = method("speckv", settings(golden));
        int[] lookahead = draft(run, method).lookahead();

        assertThat(lookahead).isEqualTo(GoldenRun.ints(golden.get("lookahead")));
        Answered answered = answer(run, method, all(run), lookahead);
        assertThat(answered.kept()).isEqualTo(kept(golden));
        assertThat(answered.output()).isEqualTo(GoldenRun.ints(golden.get("output")));
    }

    @ParameterizedTest
    @MethodSource("runs")
    void theCascadeKeepsTheSameTokensAndKeysAndAnswersTheSame(GoldenRun run) {
        JsonNode golden = run.method("speckvpc");
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("specpc_config", settings(run.method("specpc")));
        settings.put("speckv_config", settings(run.method("speckv")));
        Method method = method("speckv-pc", settings);
        DraftReading draft = draft(run, method);

        assertThat(draft.lookahead()).isEqualTo(GoldenRun.ints(golden.get("lookahead")));
        int[] kept = method.prompt().keep(run.prompt().length, draft.scores());
        assertThat(kept).isEqualTo(GoldenRun.ints(run.method("specpc").get("kept")));
        Answered answered = answer(run, method, kept, draft.lookahead());
        assertThat(answered.kept()).isEqualTo(kept(golden));
        assertThat(answered.output()).isEqualTo(GoldenRun.ints(golden.get("output")));
    }

    private static DraftReading draft(GoldenRun run, Method method) {
        int[] prompt = run.prompt();
        DraftWork work = method.draftWork(prompt.length, OUTPUT_TOKENS);
        try (DecoderModel model = DecoderModel.open(run.draft(), FP32);
                KvArena arena = model.newArena(1, prompt.length + work.lookaheadTokens())) {
            return new DraftReader(model, arena)
                    .read(
                            prompt,
                            work.scoring(),
                            work.lookaheadTokens(),
                            Set.of(),
                            YieldPoint.NONE,
                            token -> {},
                            scores -> {});
        }
    }

    private record Answered(int[] output, List<List<List<Integer>>> kept) {}

    private static Answered answer(GoldenRun run, Method method, int[] kept, int[] lookahead) {
        int[] tokens = Arrays.stream(kept).map(index -> run.prompt()[index]).toArray();
        TargetPrompt prompt = TargetPrompt.contiguous(tokens, method.cache(), lookahead, method.verifyLookahead());
        try (DecoderModel model = DecoderModel.open(run.target(), FP32);
                KvArena arena = model.newArena(1, prompt.slotTokens(tokens.length) + OUTPUT_TOKENS)) {
            KvSlot slot = arena.take();
            Prefilled prefilled = new TargetPrefill(model)
                    .run(slot, prompt, (logits, generated) -> Greedy.token(logits), YieldPoint.NONE);
            List<Integer> output = new ArrayList<>();
            int token = prefilled.tokens()[0];
            for (int i = 0; i < OUTPUT_TOKENS; i++) {
                output.add(token);
                token = Greedy.token(DecodeStep.run(model, List.of(slot), new int[] {token})[0]);
            }
            List<List<List<Integer>>> keptKeys = prefilled.kept().stream()
                    .map(layer -> Arrays.stream(layer.selected())
                            .map(head -> Arrays.stream(head).boxed().toList())
                            .toList())
                    .toList();
            return new Answered(output.stream().mapToInt(Integer::intValue).toArray(), keptKeys);
        }
    }

    private static int[] all(GoldenRun run) {
        return java.util.stream.IntStream.range(0, run.prompt().length).toArray();
    }

    private static Method method(String name, Map<String, Object> settings) {
        Map<String, Object> all = new LinkedHashMap<>(settings);
        all.put("verify_lookahead", false);
        return Methods.of(name, all);
    }

    private static Map<String, Object> settings(JsonNode golden) {
        return new ObjectMapper().convertValue(golden.get("config"), new TypeReference<>() {});
    }

    private static List<List<List<Integer>>> kept(JsonNode golden) {
        return new ObjectMapper().convertValue(golden.get("kept_per_layer_head"), new TypeReference<>() {});
    }
}
