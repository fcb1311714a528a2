package io.speckv.target;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import io.grpc.Status;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.TargetServiceDescribeRequest;
import io.speckv.proto.v1.TargetServiceGenerateRequest;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What breaks a rule of {@link StartReader} is refused with its status, its reason and the path of the field, and costs
 * nothing.
 */
class RefusalTest {
    private static final LoopbackTarget TARGET = LoopbackTarget.start(
            "llama-target",
            "--limits.prompt-tokens=4000",
            "--limits.new-tokens=3000",
            "--server.connections.max-message=64KiB");

    @AfterAll
    static void stop() {
        TARGET.close();
    }

    @ParameterizedTest(name = "{index} {1} {0}")
    @MethodSource("io.speckv.target.BadStarts#all")
    void namesTheFieldThatBreaksItsRule(String field, FailureCode code, GenerationStart start) {
        assertRefused(TARGET.open(start).failure(), code, field);
    }

    private static void assertRefused(RemoteFailure failure, FailureCode code, String field) {
        assertThat(failure.is(code)).as(failure.toString()).isTrue();
        assertThat(failure.status()).isEqualTo(code.status());
        assertThat(failure.fields()).containsExactly(field);
        assertThat(failure.message()).contains(field.substring(field.lastIndexOf('.') + 1));
        TARGET.awaitIdle();
    }

    @Test
    void theStartComesFirstAndOnce() {
        TargetServiceGenerateRequest start = TargetServiceGenerateRequest.newBuilder()
                .setStart(BadStarts.good())
                .build();
        TargetServiceGenerateRequest lookahead = TargetServiceGenerateRequest.newBuilder()
                .setLookahead(LoopbackTarget.lookahead(0, true, 1))
                .build();

        assertRefused(TARGET.openSending(List.of(lookahead)).failure(), FailureCode.FIELD_INVALID, "lookahead");
        assertRefused(TARGET.openSending(List.of(waiting(), start)).failure(), FailureCode.FIELD_INVALID, "start");
        assertRefused(TARGET.openSending(List.of()).halfClose().failure(), FailureCode.FIELD_INVALID, "start");
        assertRefused(
                TARGET.openSending(List.of(TargetServiceGenerateRequest.getDefaultInstance()))
                        .failure(),
                FailureCode.FIELD_INVALID,
                "message");
    }

    @Test
    void theLimitOfTheLookaheadIsTheOneThatIsDescribed() {
        int most = TARGET.blocking()
                .describe(TargetServiceDescribeRequest.getDefaultInstance())
                .getMaxLookaheadTokenCount();

        assertThat(TARGET.generate(with(most)).finished().getLookahead().getReceivedTokenCount())
                .isEqualTo(most);
        assertRefused(TARGET.open(with(most + 1)).failure(), FailureCode.FIELD_INVALID, "lookahead.token_ids");
    }

    private static GenerationStart with(int lookaheadTokens) {
        return BadStarts.good()
                .setLookahead(LoopbackTarget.lookahead(0, true, LoopbackTarget.prompt(lookaheadTokens)))
                .build();
    }

    @Test
    void lookaheadThatComesLaterIsCheckedToo() {
        assertRefused(later(3, true, 1), FailureCode.FIELD_INVALID, "lookahead.first_index");
        assertRefused(later(0, true, 300), FailureCode.TOKEN_OUT_OF_VOCAB, "lookahead.token_ids[0]");
        assertRefused(later(0, true, LoopbackTarget.prompt(17)), FailureCode.FIELD_INVALID, "lookahead.token_ids");
    }

    private static RemoteFailure later(int first, boolean complete, int... tokens) {
        return TARGET.openSending(List.of(waiting()))
                .lookahead(LoopbackTarget.lookahead(first, complete, tokens))
                .failure();
    }

    private static TargetServiceGenerateRequest waiting() {
        return TargetServiceGenerateRequest.newBuilder()
                .setStart(BadStarts.good().setLookaheadWait(Durations.fromSeconds(60)))
                .build();
    }

    @Test
    void aMessageOverTheLimitIsRefusedBeforeItIsRead() {
        GenerationStart start =
                LoopbackTarget.start(LoopbackTarget.prompt(70_000), 1).build();

        assertThat(Status.fromThrowable(TARGET.open(start).thrown()).getCode())
                .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        TARGET.awaitIdle();
    }

    @Test
    void aRequestWithoutAMethodOrSamplingIsAnswered() {
        GenerationStart start = GenerationStart.newBuilder()
                .setPrompt(BadStarts.good().getPrompt())
                .setSampling(SamplingSettings.newBuilder().setMaxNewTokens(3).setIgnoreEos(true))
                .build();

        assertThat(TARGET.generate(start).tokens()).hasSize(3);
    }
}
