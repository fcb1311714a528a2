package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.wire.Structs;
import io.speckv.proto.v1.Chat;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.FallbackReason;
import io.speckv.proto.v1.GenerateOnceRequest;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.StageSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every failure that the public API promises, with status, reason, field and retry time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailureCodesTest {
    private final RouterRig rig = RouterRig.start();

    @AfterAll
    void close() {
        rig.close();
    }

    static Stream<Arguments> badRequests() {
        return Stream.of(
                bad(FailureCode.FIELD_INVALID, "sampling.top_p", r -> {
                    r.getSamplingBuilder().setTopP(1.5f);
                    return r;
                }),
                bad(FailureCode.FIELD_INVALID, "sampling.max_new_tokens", r -> {
                    r.getSamplingBuilder().setMaxNewTokens(0);
                    return r;
                }),
                bad(FailureCode.FIELD_INVALID, "request_id", r -> r.setRequestId("\n")),
                bad(FailureCode.FIELD_INVALID, "prompt", GenerateRequest.Builder::clearPrompt),
                bad(
                        FailureCode.FIELD_INVALID,
                        "prompt.chat",
                        r -> r.setPrompt(Prompt.newBuilder().setChat(Chat.getDefaultInstance()))),
                bad(
                        FailureCode.FIELD_INVALID,
                        "method.name",
                        r -> r.setMethod(Method.newBuilder().setName("speckvv"))),
                bad(
                        FailureCode.FIELD_INVALID,
                        "method.extra_settings.classifier",
                        r -> r.setMethod(Method.newBuilder()
                                .setName("llmlingua2")
                                .setExtraSettings(Structs.toProto(Map.of("classifier", "models/own"))))),
                bad(
                        FailureCode.FIELD_INVALID,
                        "method.extra_settings.classifier",
                        r -> r.setMethod(Method.newBuilder()
                                .setName("llmlingua2")
                                .setExtraSettings(
                                        Structs.toProto(Map.of("llmlingua2", Map.of("classifier", "models/own")))))),
                bad(
                        FailureCode.FIELD_INVALID,
                        "method.settings.window_size",
                        r -> r.setMethod(Method.newBuilder()
                                .setName("specpc")
                                .setSettings(StageSettings.newBuilder().setWindowSize(0)))),
                bad(FailureCode.FIELD_INVALID, "fallback", r -> r.setFallbackValue(77)),
                bad(FailureCode.TOKEN_OUT_OF_VOCAB, "prompt.token_ids.ids[1]", r -> {
                    r.getPromptBuilder().getTokenIdsBuilder().setIds(1, 256);
                    return r;
                }),
                bad(FailureCode.PROMPT_TOO_LONG, "prompt", r -> r.setPrompt(RouterRig.prompt(201))),
                bad(FailureCode.MODEL_UNKNOWN, "model", r -> r.setModel("another")));
    }

    private static Arguments bad(FailureCode code, String field, UnaryOperator<GenerateRequest.Builder> change) {
        return Arguments.of(code, field, change.apply(RouterRig.request("full")).build());
    }

    @ParameterizedTest
    @MethodSource("badRequests")
    void aBadFieldIsNamed(FailureCode code, String field, GenerateRequest request) {
        int calls = rig.target.calls.size();
        RemoteFailure failure = rig.failure(request);

        assertThat(failure.code()).contains(code);
        assertThat(failure.status()).isEqualTo(code.status());
        assertThat(failure.fields()).containsExactly(field);
        Throwable once = catchThrowable(() -> rig.blocking()
                .generateOnce(
                        GenerateOnceRequest.newBuilder().setRequest(request).build()));
        assertThat(RemoteFailure.of(once).orElseThrow().fields()).containsExactly("request." + field);
        assertThat(rig.target.calls).hasSize(calls);
    }

    @Test
    void whatTheTargetRefusesIsPassedOn() {
        rig.target.onStart = (call, observer) -> {
            if (call.start().getRequestId().equals("kv")) {
                observer.onError(RequestException.of(FailureCode.KV_MEMORY, "no room for 40 tokens")
                        .with("needed_tokens", 40)
                        .retryAfter(Duration.ofMillis(250)));
            }
        };
        RemoteFailure failure =
                rig.failure(RouterRig.request("full").setRequestId("kv").build());

        assertThat(failure.code()).contains(FailureCode.KV_MEMORY);
        assertThat(failure.status()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(failure.metadata()).containsEntry("needed_tokens", "40");
        assertThat(failure.retryAfter()).contains(Duration.ofMillis(250));
    }

    /** Proxies, meshes and gRPC itself end calls without an ErrorInfo; their texts may name hosts. */
    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"OK", "CANCELLED", "UNAVAILABLE"})
    void aStatusThatNoTargetMadeSaysThatNoneCanBeAsked(Status.Code code) {
        try (RouterRig broken = RouterRig.start("--target.attempts=1")) {
            broken.target.onStart = (call, observer) -> observer.onError(
                    code.toStatus().withDescription("upstream 10.1.2.3 secret").asException());
            RemoteFailure failure = broken.failure(RouterRig.request("full").build());

            FailureCode expected = switch (code) {
                case RESOURCE_EXHAUSTED -> FailureCode.QUEUE_FULL;
                case DEADLINE_EXCEEDED -> FailureCode.DEADLINE;
                default -> FailureCode.NO_TARGET;
            };
            assertThat(failure.code()).contains(expected);
            assertThat(failure.message()).doesNotContain("secret");
        }
    }

    @Test
    void aStatusThatNoTargetMadeAfterTheFirstTokenIsALostTarget() {
        try (RouterRig broken = RouterRig.start()) {
            broken.target.onStart = (call, observer) -> {
                observer.onNext(FakeTarget.delta(0));
                observer.onError(Status.UNKNOWN.withDescription("secret").asException());
            };
            RemoteFailure failure = broken.failure(RouterRig.request("full").build());

            assertThat(failure.code()).contains(FailureCode.TARGET_LOST);
            assertThat(failure.metadata()).containsEntry("generated_token_count", "1");
        }
    }

    @Test
    void aMessageThatIsTooLargeForTheTargetIsAPromptThatIsTooLong() {
        try (RouterRig small = RouterRig.start()) {
            small.target.onStart = (call, observer) -> observer.onError(Status.RESOURCE_EXHAUSTED
                    .withDescription("gRPC message exceeds maximum size 100: 1000")
                    .asException());
            RemoteFailure failure = small.failure(RouterRig.request("full").build());

            assertThat(failure.code()).contains(FailureCode.PROMPT_TOO_LONG);
            assertThat(failure.fields()).containsExactly("prompt");
        }
    }

    @Test
    void aTargetThatCameBackWithAnotherTokenizerIsNotTheClientsFault() {
        try (RouterRig changed = RouterRig.start()) {
            changed.target.onStart = (call, observer) ->
                    observer.onError(RequestException.of(FailureCode.TOKENIZER_MISMATCH, "another one"));
            RemoteFailure failure = changed.failure(RouterRig.request("full").build());

            assertThat(failure.code()).contains(FailureCode.NO_TARGET);
            assertThat(failure.retryAfter()).isPresent();
        }
    }

    @Test
    void errorsSayWhatWasCountedAgainstWhoseLimit() {
        assertThat(rig.failure(RouterRig.request("full")
                                .setPrompt(RouterRig.prompt(201))
                                .build())
                        .message())
                .contains("has 201 tokens, must have at most 200: as many as the target takes");
        GenerateRequest.Builder kept = RouterRig.request("specpc").setPrompt(RouterRig.prompt(300));
        kept.getMethodBuilder().getSettingsBuilder().setMaxCapacityPrompt(250);
        assertThat(rig.failure(kept.build()).message())
                .contains("has 300 tokens, of which the method keeps 250, the target reads at most 200");
    }

    @Test
    void aFullQueueSaysWhenToTryAgain() throws InterruptedException {
        try (RouterRig small = RouterRig.start("--queue.running=1", "--queue.requests=0")) {
            CountDownLatch asked = new CountDownLatch(1);
            small.target.script = (call, observer) -> asked.countDown();
            var running = small.blocking().generate(RouterRig.request("full").build());
            assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
            RemoteFailure failure = small.failure(RouterRig.request("full").build());

            assertThat(failure.code()).contains(FailureCode.QUEUE_FULL);
            assertThat(failure.status()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(failure.retryAfter()).isPresent();
            assertThat(running).isNotNull();
        }
    }

    @Test
    void theDeadlineReachesDraftAndTarget() {
        rig.draft.script = (request, observer) -> {
            if (!request.getRequestId().equals("late")) {
                FakeDraft.answer(request, observer);
            }
        };
        rig.target.script = (call, observer) -> {
            if (!call.start().getRequestId().equals("late")) {
                FakeTarget.answer(call, observer);
            }
        };
        Throwable thrown = catchThrowable(() -> rig.blocking()
                .withDeadlineAfter(600, TimeUnit.MILLISECONDS)
                .generate(RouterRig.request("specpc").setRequestId("late").build())
                .forEachRemaining(message -> {}));

        assertThat(((StatusRuntimeException) thrown).getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        RouterRig.await(
                () -> rig.draft.open.get() == 0 && rig.target.open.get() == 0 && rig.router.running() == 0,
                "calls are open");
    }

    @Test
    void aDraftWithAnotherTokenizerIsDoneWithoutAndNamed() {
        try (RouterRig other = RouterRig.start()) {
            other.draft.fingerprint = "f00d";
            RouterRig.await(
                    () -> other
                            .blocking()
                            .describe(io.speckv.proto.v1.DescribeRequest.getDefaultInstance())
                            .getDraftsList()
                            .stream()
                            .anyMatch(model -> model.getTokenizerFingerprint().equals("f00d")),
                    "the new fingerprint is not known");
            GenerateOnceResponse answer = other.once(RouterRig.request("specpc").build());
            assertThat(answer.getFinished().getCompression().getFallbackReason())
                    .isEqualTo(FallbackReason.FALLBACK_REASON_OTHER_TOKENIZER);
            assertThat(answer.getFinished().getCompression().getAppliedMethod()).isEqualTo("full");
            RemoteFailure failure = other.failure(RouterRig.request("specpc")
                    .setFallback(FallbackPolicy.FALLBACK_POLICY_FAIL)
                    .build());

            assertThat(failure.code()).contains(FailureCode.DRAFT_UNAVAILABLE);
            assertThat(failure.message()).contains("fake-draft has tokenizer f00d, the target has");
        }
    }

    @Test
    void aLookaheadBeyondTheDraftsLimitIsTheMethodsFault() {
        RemoteFailure failure = rig.failure(drafting(17));

        assertThat(failure.fields()).isEqualTo(List.of("method"));
        assertThat(failure.message()).contains("17").contains("16");
    }

    @Test
    void aLookaheadBeyondTheTargetsLimitIsTheMethodsFaultToo() {
        try (RouterRig other = RouterRig.start()) {
            other.target.maxLookaheadTokens = 3;
            // It drafts as much as the answer is long, 4 tokens.
            GenerateRequest unlimited = RouterRig.request("speckv").build();
            RouterRig.await(() -> received(other.once(unlimited)) == 3, "the new limit is not known");
            RemoteFailure failure = other.failure(drafting(4));

            assertThat(failure.fields()).isEqualTo(List.of("method"));
            assertThat(failure.message()).contains("4 lookahead tokens").contains("at most 3");
        }
    }

    private static int received(GenerateOnceResponse answer) {
        return answer.getFinished().getCompression().getLookahead().getReceivedTokenCount();
    }

    private static GenerateRequest drafting(int lookaheadTokens) {
        Method.Builder method = RouterRig.method("speckv").toBuilder();
        method.getSettingsBuilder().setLookaheadTokens(lookaheadTokens);
        return RouterRig.request("speckv").setMethod(method).build();
    }
}
