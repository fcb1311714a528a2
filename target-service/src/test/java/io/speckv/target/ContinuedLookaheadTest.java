package io.speckv.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.kit.failure.FailureCode;
import io.speckv.proto.v1.GenerationStart;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a draft says while an answer is decoded makes it come sooner, and never another. */
class ContinuedLookaheadTest {
    private static final int NEW_TOKENS = 60;

    /** A request whose prefill verifies nothing, so that all is left to the decode steps. */
    private static GenerationStart.Builder start() {
        GenerationStart.Builder start = LoopbackTarget.start(LoopbackTarget.prompt(90), NEW_TOKENS);
        start.getMethodBuilder().setVerifyLookahead(false);
        return start.setLookaheadContinues(true);
    }

    /** Opens a call, and says once the prompt's lookahead is complete what is expected. */
    private static TargetCall expecting(LoopbackTarget target, int... tokens) {
        return target.open(
                        start().setLookahead(LoopbackTarget.lookahead(0, true)).build())
                .lookahead(LoopbackTarget.lookahead(0, false, tokens));
    }

    @Test
    void stepsVerifyWhatIsExpected() {
        try (LoopbackTarget target = LoopbackTarget.start("llama-target", "--limits.step-drafted-tokens=5")) {
            int[] alone = target.generate(start().build()).tokens();
            TargetCall.Result result = target.open(
                            start().setLookahead(LoopbackTarget.lookahead(0, true, Arrays.copyOf(alone, 16)))
                                    .build())
                    .halfClose()
                    .result();

            assertThat(result.tokens()).isEqualTo(alone);
            assertThat(result.finished().getLookahead().getAcceptedTokenCount()).isEqualTo(13);
            assertThat(result.deltas().get(1).getTokenIdsCount()).isEqualTo(6);
            assertThat(result.deltas().get(2).getTokenIdsCount()).isEqualTo(6);
            assertThat(result.deltas()).hasSize(NEW_TOKENS - 13);
        }
    }

    @Test
    void nothingIsVerifiedAfterAWrongToken() {
        try (LoopbackTarget target = LoopbackTarget.start("llama-target", "--limits.step-drafted-tokens=8")) {
            int[] alone = target.generate(start().build()).tokens();
            int[] wrong = Arrays.copyOf(alone, 16);
            wrong[5] = (wrong[5] + 1) % 250;
            TargetCall.Result result = target.open(start().setLookahead(LoopbackTarget.lookahead(0, true, wrong))
                            .build())
                    .halfClose()
                    .result();

            assertThat(result.tokens()).isEqualTo(alone);
            assertThat(result.finished().getLookahead().getAcceptedTokenCount()).isEqualTo(4);
            assertThat(result.deltas()).hasSize(NEW_TOKENS - 4);
        }
    }

    @Test
    void aWrongTokenThatIsReplacedMakesNoOtherAnswer() {
        try (LoopbackTarget target = LoopbackTarget.start("llama-target")) {
            int[] alone = target.generate(start().build()).tokens();
            int[] wrong = alone.clone();
            wrong[20] = (wrong[20] + 1) % 250;
            TargetCall call = expecting(target, wrong).awaitFirstToken();
            for (int i = 19; i < NEW_TOKENS; i++) {
                call.lookahead(LoopbackTarget.lookahead(i, false, Arrays.copyOfRange(alone, i, NEW_TOKENS)));
            }
            TargetCall.Result result = call.halfClose().result();

            assertThat(result.tokens()).isEqualTo(alone);
            target.awaitIdle();
        }
    }

    @Test
    void whoSaysNothingMoreWaitsForNothing() {
        try (LoopbackTarget target = LoopbackTarget.start("llama-target")) {
            int[] alone = target.generate(start().build()).tokens();
            // The request side stays open.
            TargetCall call = target.open(
                    start().setLookahead(LoopbackTarget.lookahead(0, true)).build());

            assertThat(call.result().tokens()).isEqualTo(alone);
        }
    }

    @Test
    void moreThanTheLongestAnswerIsDropped() {
        try (LoopbackTarget target = LoopbackTarget.start("llama-target")) {
            int[] alone = target.generate(start().build()).tokens();
            TargetCall call = expecting(target, Arrays.copyOf(alone, NEW_TOKENS + 50))
                    .lookahead(LoopbackTarget.lookahead(NEW_TOKENS + 50, false, 1, 2));

            assertThat(call.result().tokens()).isEqualTo(alone);
        }
    }

    @Test
    void aGapIsRefused() {
        try (LoopbackTarget target = LoopbackTarget.start("llama-target")) {
            TargetCall call = target.openUnread(start().setLookahead(LoopbackTarget.lookahead(0, true, 1, 2))
                            .build())
                    .lookahead(LoopbackTarget.lookahead(3, false, 4));
            call.read(Integer.MAX_VALUE);

            assertThat(call.failure().is(FailureCode.FIELD_INVALID)).isTrue();
            assertThat(call.failure().fields()).containsExactly("lookahead.first_index");
            target.awaitIdle();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama-target", "qwen2-target", "qwen3-target"})
    void requestsInAMixGetTheTokensThatTheyGetAloneAndLeaveNothing(String model) {
        RandomRequest[] requests = RandomRequest.many(31L * model.hashCode(), 30);
        Random random = new Random(11);
        try (LoopbackTarget target = LoopbackTarget.start(model, "--queue.requests=100")) {
            List<int[]> alone = new ArrayList<>();
            for (RandomRequest request : requests) {
                alone.add(request.answer(target));
            }
            int scopes = target.server().nativeScopes();
            List<TargetCall> calls = new ArrayList<>();
            for (int i = 0; i < requests.length; i++) {
                boolean goesOn = random.nextInt(3) > 0;
                calls.add(goesOn ? goingOn(target, requests[i], alone.get(i), random) : plain(target, requests[i]));
                if (random.nextInt(4) == 0) {
                    goingOn(target, requests[i], alone.get(i), random).cancel();
                }
            }
            int accepted = 0;
            for (int i = 0; i < requests.length; i++) {
                TargetCall.Result result = calls.get(i).result();
                assertThat(result.tokens()).as(requests[i].toString()).isEqualTo(alone.get(i));
                accepted += result.finished().getLookahead().getAcceptedTokenCount();
            }
            assertThat(accepted).isPositive();
            target.awaitIdle();
            assertThat(target.server().nativeScopes()).isEqualTo(scopes);
        }
    }

    private static TargetCall plain(LoopbackTarget target, RandomRequest request) {
        return request.open(target, () -> {}).halfClose();
    }

    /** The request with its lookahead, and then pieces of what it will say, most of them right. */
    private static TargetCall goingOn(LoopbackTarget target, RandomRequest request, int[] answer, Random random) {
        GenerationStart start = request.start().toBuilder()
                .setLookaheadContinues(true)
                .setLookahead(LoopbackTarget.lookahead(0, true, request.lookahead()))
                .build();
        TargetCall call = target.open(start);
        int known = 0;
        while (known < answer.length) {
            int[] piece = Arrays.copyOfRange(answer, known, Math.min(answer.length, known + 1 + random.nextInt(8)));
            if (random.nextInt(3) == 0) {
                piece[random.nextInt(piece.length)] = random.nextInt(250);
            }
            call.lookahead(LoopbackTarget.lookahead(known, false, piece));
            known += 1 + random.nextInt(piece.length);
            LockSupport.parkNanos(random.nextInt(500_000));
        }
        return call;
    }
}
