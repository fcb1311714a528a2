package io.speckv.target;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.kit.telemetry.MetricsPage;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.Stage;
import io.speckv.proto.v1.StageSettings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A prompt that {@link PrefillOverlap} reads while its lookahead is on its way blocks nobody and leaves nothing behind. */
class PrefillOverlapTest {
    private static final int PROMPT = 130;
    private static final int[] LOOKAHEAD = {7, 3, 9, 11, 2};

    /** Evicts, and may wait for its lookahead as long as any. */
    private static GenerationStart.Builder waiting(int prompt) {
        return LoopbackTarget.start(LoopbackTarget.prompt(prompt), 6)
                .setMethod(Method.newBuilder()
                        .setName("speckv")
                        .setVerifyLookahead(false)
                        .setSettings(StageSettings.newBuilder()
                                .setMaxCapacityPrompt(40)
                                .setWindowSize(8)))
                .setLookaheadWait(Durations.fromSeconds(60));
    }

    private static int[] atOnce(LoopbackTarget target, int prompt, int... lookahead) {
        return target.generate(waiting(prompt)
                        .setLookahead(LoopbackTarget.lookahead(0, true, lookahead))
                        .build())
                .tokens();
    }

    @Test
    void othersAreServedWhileSomeWait() {
        try (LoopbackTarget target = LoopbackTarget.start("llama-target")) {
            int[] expected = atOnce(target, PROMPT, LOOKAHEAD);
            List<TargetCall> waiting = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                waiting.add(target.open(waiting(PROMPT).build()));
            }
            LoopbackTarget.await(() -> target.server().slotsUsed() == 3, "not all prompts are read early");
            for (int i = 0; i < 3; i++) {
                assertThat(atOnce(target, PROMPT, LOOKAHEAD)).isEqualTo(expected);
            }

            assertThat(waiting).noneMatch(TargetCall::isDone);
            for (TargetCall call : waiting) {
                call.lookahead(LoopbackTarget.lookahead(0, true, LOOKAHEAD));
                assertThat(call.result().tokens()).isEqualTo(expected);
            }
            target.awaitIdle();
        }
    }

    @Test
    void whoGoesAwayWhileWaitingGivesEverythingBack() {
        // Memory for one prompt: who comes after a cancelled one finds it free again.
        try (LoopbackTarget target = LoopbackTarget.start("llama-target", "--overlap.memory=" + bytes(PROMPT) + "B")) {
            int[] expected = atOnce(target, PROMPT, LOOKAHEAD);
            target.awaitIdle();
            int scopes = target.server().nativeScopes();
            for (int i = 0; i < 5; i++) {
                TargetCall call = target.open(waiting(PROMPT).build());
                target.awaitBusy();
                // Served only after the prompt is read: it is too long to overtake.
                assertThat(atOnce(target, PROMPT, LOOKAHEAD)).isEqualTo(expected);
                call.cancel();
                target.awaitIdle();
                assertThat(target.server().nativeScopes()).isEqualTo(scopes);
            }
            assertThat(atOnce(target, PROMPT, LOOKAHEAD)).isEqualTo(expected);
        }
    }

    /** No other request can have it: whoever looks at the metric to add pods sees that none is free. */
    @Test
    void aSlotThatWaitsWithItsRequestForLookaheadIsInUse() {
        MetricsPage page = new MetricsPage();
        try (LoopbackTarget target = LoopbackTarget.start("llama-target", page.flag(), "--overlap.memory=0B")) {
            TargetCall call = target.open(waiting(PROMPT).build());

            LoopbackTarget.await(() -> slotsUsed(page) == 1, "the slot counts as free");
            call.lookahead(LoopbackTarget.lookahead(0, true, LOOKAHEAD));
            assertThat(call.result().tokens()).hasSize(6);
            LoopbackTarget.await(() -> slotsUsed(page) == 0, "the slot counts as in use");
        }
    }

    private static double slotsUsed(MetricsPage page) {
        return page.text()
                .lines()
                .filter(line -> line.startsWith("speckv_slots_used"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void lookaheadIsCutOffAtTheDeadline() {
        try (LoopbackTarget target = LoopbackTarget.start("llama-target")) {
            // Long enough for the prompt to be read meanwhile, on a busy machine too.
            TargetCall call = target.open(waiting(PROMPT)
                    .setLookahead(LoopbackTarget.lookahead(0, false, 7, 3))
                    .setLookaheadWait(Durations.fromMillis(1500))
                    .build());
            TargetCall.Result result = call.result();

            assertThat(result.tokens()).isEqualTo(atOnce(target, PROMPT, 7, 3));
            assertThat(result.finished().getLookahead().getReceivedTokenCount()).isEqualTo(2);
            assertThat(prefills(result)).isEqualTo(2);
        }
    }

    @Test
    void memoryBoundsHowManyPromptsAreReadEarly() {
        try (LoopbackTarget target =
                LoopbackTarget.start("llama-target", "--overlap.memory=" + 2 * bytes(PROMPT) + "B")) {
            int[] expected = atOnce(target, PROMPT, LOOKAHEAD);
            List<TargetCall> calls = new ArrayList<>();
            for (int i = 1; i <= 2; i++) {
                int read = i;
                calls.add(target.open(waiting(PROMPT).build()));
                LoopbackTarget.await(() -> target.server().slotsUsed() == read, "a prompt is not read early");
            }
            // Their lookahead comes before that of those who hold the memory.
            for (int i = 0; i < 2; i++) {
                calls.add(0, target.open(waiting(PROMPT).build()));
            }
            calls.forEach(call -> call.lookahead(LoopbackTarget.lookahead(0, true, LOOKAHEAD)));
            long early = 0;
            for (TargetCall call : calls) {
                TargetCall.Result result = call.result();
                assertThat(result.tokens()).isEqualTo(expected);
                early += prefills(result) - 1;
            }
            // The others may begin while these end.
            assertThat(early).isBetween(2L, 3L);
        }
    }

    @Test
    void shortPromptsWait() {
        try (LoopbackTarget target = LoopbackTarget.start("llama-target", "--overlap.least-tokens=" + (PROMPT + 1))) {
            TargetCall call = target.open(waiting(PROMPT).build());
            TargetCall longer = target.open(waiting(PROMPT + 1).build());
            target.awaitBusy();
            call.lookahead(LoopbackTarget.lookahead(0, true, LOOKAHEAD));
            longer.lookahead(LoopbackTarget.lookahead(0, true, LOOKAHEAD));

            assertThat(prefills(call.result())).isEqualTo(1);
            assertThat(prefills(longer.result())).isEqualTo(2);
        }
    }

    private static long prefills(TargetCall.Result result) {
        return result.finished().getTimingsList().stream()
                .filter(timing -> timing.getStage() == Stage.STAGE_TARGET_PREFILL)
                .count();
    }

    /** Bytes that one prompt holds, its lookahead of 16 and its observing queries included. */
    private static long bytes(int prompt) {
        try (DecoderModel model = DecoderModel.open(
                GoldenRun.model("llama-target"),
                ModelOptions.DEFAULTS.withPrecision(io.speckv.engine.Precision.FP32))) {
            int rows = prompt + 16;
            int queries = 8 + 16 + 1;
            return rows * model.kvBytesPerToken()
                    + queries
                            * model.kvBytesPerToken()
                            * model.shape().heads()
                            / (2L * model.shape().kvHeads());
        }
    }
}
