package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.torch.OperatorTrace.Call;
import io.speckv.selection.cache.FullCache;
import java.util.List;
import org.junit.jupiter.api.Test;

class OperatorTraceTest {
    @Test
    void timeOfACallIsWhatItsPartsDoNotTake() throws Exception {
        OperatorTrace trace = OperatorTrace.read(new ObjectMapper().readTree("""
                        [{"name": "aten::mm", "ph": "X", "ts": 30, "dur": 50, "tid": 1},
                         {"name": "finish", "ph": "X", "ts": 10, "dur": 100, "tid": 1},
                         {"name": "multiply", "ph": "X", "ts": 20, "dur": 70, "tid": 1},
                         {"name": "aten::add_", "ph": "X", "ts": 95, "dur": 5, "tid": 1},
                         {"name": "aten::mul", "ph": "X", "ts": 130, "dur": 20, "tid": 1},
                         {"name": "aten::mm", "ph": "X", "ts": 0, "dur": 900, "tid": 2}]
                        """));
        assertThat(trace.seconds()).isCloseTo(140e-6, within(1e-12));
        assertThat(trace.calls())
                .extracting(Call::name, Call::callers, call -> Math.round(call.ownSeconds() * 1e6))
                .containsExactly(
                        tuple("finish", List.of(), 25L),
                        tuple("multiply", List.of("finish"), 20L),
                        tuple("aten::mm", List.of("multiply", "finish"), 50L),
                        tuple("aten::add_", List.of("finish"), 5L),
                        tuple("aten::mul", List.of(), 20L));
    }

    @Test
    void nothingTracedIsNothing() throws Exception {
        assertThat(OperatorTrace.read(new ObjectMapper().readTree("[]"))).isEqualTo(new OperatorTrace(0, List.of()));
    }

    @Test
    void aPassOfAModelNamesTheGraphsFunctions() {
        try (DecoderModel model = DecoderModel.open(GoldenRun.model("llama-target"), ModelOptions.DEFAULTS);
                KvArena arena = model.newArena(1, 32)) {
            OperatorTrace trace = OperatorTrace.of(() -> {
                Eviction none = new Eviction(new FullCache(), 16, 0, false);
                try (PromptPass pass = PromptPass.start(model, arena.take(), none)) {
                    pass.feed(new int[16], true, YieldPoint.NONE);
                }
            });
            assertThat(trace.calls())
                    .anyMatch(call -> call.isOperator() && call.callers().contains("multiply"))
                    .anyMatch(call -> call.isOperator() && call.callers().contains("rotate"))
                    .anyMatch(call -> !call.isOperator() && call.name().equals("finish"));
            double own = trace.calls().stream().mapToDouble(Call::ownSeconds).sum();
            assertThat(own).isPositive().isLessThanOrEqualTo(trace.seconds() * 1.001);
        }
    }
}
