package io.speckv.kit.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.speckv.kit.LoopbackServer;
import io.speckv.kit.ScriptedInference;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.InferenceServiceGrpc;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailuresTest {

    /** What a client sees when a real server runs {@code script}. */
    private static Throwable seenByClient(
            FailureClassifier classifier, Consumer<ServerCallStreamObserver<GenerateResponse>> script)
            throws IOException {
        try (LoopbackServer server = LoopbackServer.loading(new ScriptedInference(script), List.of(), classifier)) {
            server.process().serving();
            return catchThrowable(
                    () -> InferenceServiceGrpc.newBlockingStub(server.channel().channel())
                            .withDeadlineAfter(10, TimeUnit.SECONDS)
                            .generate(GenerateRequest.getDefaultInstance())
                            .forEachRemaining(answer -> {}));
        }
    }

    private static Throwable seenByClient(Consumer<ServerCallStreamObserver<GenerateResponse>> script)
            throws IOException {
        return seenByClient(FailureClassifier.NONE, script);
    }

    @ParameterizedTest
    @EnumSource
    void carriesEveryReasonToTheClient(FailureCode code) {
        StatusRuntimeException status = Failures.encode(
                RequestException.of(code, "prompt has 5 tokens, limit is 4").with("limit", 4));

        RemoteFailure failure = RemoteFailure.of(status).orElseThrow();
        assertThat(status.getStatus().getCode()).isEqualTo(code.status());
        assertThat(failure.is(code)).isTrue();
        assertThat(failure.message()).isEqualTo("prompt has 5 tokens, limit is 4");
        assertThat(failure.metadata()).isEqualTo(Map.of("limit", "4"));
        assertThat(failure.fields()).isEmpty();
        assertThat(failure.retryAfter()).isEmpty();
    }

    @Test
    void namesTheFieldOfABadRequest() throws IOException {
        Throwable thrown = seenByClient(observer -> {
            throw RequestException.invalidField("sampling.top_p", "is 1.5, must be above 0 and at most 1");
        });

        RemoteFailure failure = RemoteFailure.of(thrown).orElseThrow();
        assertThat(failure.status()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.reason()).isEqualTo("FIELD_INVALID");
        assertThat(failure.fields()).containsExactly("sampling.top_p");
        assertThat(failure.message()).isEqualTo("sampling.top_p is 1.5, must be above 0 and at most 1");
    }

    @Test
    void saysWhenToTryAgain() throws IOException {
        Throwable thrown = seenByClient(observer -> observer.onError(
                RequestException.of(FailureCode.QUEUE_FULL, "full").retryAfter(Duration.ofMillis(1500))));

        assertThat(RemoteFailure.of(thrown).orElseThrow().retryAfter()).contains(Duration.ofMillis(1500));
    }

    @Test
    void classifiesExceptionsOfTheCodeBehindTheService() throws IOException {
        FailureClassifier classifier = thrown -> thrown instanceof ArithmeticException
                ? Optional.of(RequestException.of(FailureCode.KV_MEMORY, "cache holds 0 bytes"))
                : Optional.empty();

        Throwable thrown = seenByClient(classifier, observer -> observer.onError(new ArithmeticException()));

        assertThat(RemoteFailure.of(thrown).orElseThrow().is(FailureCode.KV_MEMORY))
                .isTrue();
    }

    @Test
    void hidesUnexpectedExceptionsBehindAnErrorId() throws IOException {
        for (Consumer<ServerCallStreamObserver<GenerateResponse>> script :
                List.<Consumer<ServerCallStreamObserver<GenerateResponse>>>of(
                        observer -> {
                            throw new IllegalStateException("secret prompt text");
                        },
                        observer -> observer.onError(new IllegalStateException("secret prompt text")))) {
            Throwable thrown = seenByClient(script);

            RemoteFailure failure = RemoteFailure.of(thrown).orElseThrow();
            assertThat(failure.status()).isEqualTo(Status.Code.INTERNAL);
            assertThat(failure.reason()).isEqualTo("UNEXPECTED");
            assertThat(failure.message())
                    .matches("internal error [0-9a-f-]{36}")
                    .contains(String.valueOf(failure.metadata().get("error_id")));
            assertThat(String.valueOf(thrown)).doesNotContain("secret");
        }
    }

    @Test
    void tracesUnexpectedExceptionsWithoutForeignMessages() {
        Throwable thrown = new IllegalStateException(
                "template failed at: secret prompt", RequestException.of(FailureCode.KV_MEMORY, "cache is full"));

        assertThat(TextlessTrace.of(thrown))
                .contains("java.lang.IllegalStateException\n    at io.speckv.kit.failure.FailuresTest.traces")
                .contains("caused by io.speckv.kit.failure.RequestException: cache is full")
                .doesNotContain("secret");
    }

    @Test
    void mapsErrorsOfTheServiceToo() throws IOException {
        Throwable thrown = seenByClient(observer -> {
            throw new AssertionError("secret prompt text");
        });

        assertThat(RemoteFailure.of(thrown).orElseThrow().is(FailureCode.UNEXPECTED))
                .isTrue();
    }

    @Test
    void passesAFailureOfAnotherServiceOnUnchanged() throws IOException {
        StatusRuntimeException fromTarget =
                Failures.encode(RequestException.of(FailureCode.PROMPT_TOO_LONG, "prompt has 9 tokens, limit is 8"));

        Throwable thrown = seenByClient(observer -> {
            throw fromTarget;
        });

        RemoteFailure failure = RemoteFailure.of(thrown).orElseThrow();
        assertThat(failure.is(FailureCode.PROMPT_TOO_LONG)).isTrue();
        assertThat(failure.message()).isEqualTo("prompt has 9 tokens, limit is 8");
    }

    @Test
    void namesCancellationAndDeadlineOfCallsMadeOnBehalfOfThis() {
        Failures failures = new Failures(FailureClassifier.NONE);

        assertThat(RemoteFailure.of(failures.toStatus(Status.DEADLINE_EXCEEDED.asRuntimeException()))
                        .orElseThrow()
                        .is(FailureCode.DEADLINE))
                .isTrue();
        assertThat(RemoteFailure.of(failures.toStatus(Status.CANCELLED.asRuntimeException()))
                        .orElseThrow()
                        .is(FailureCode.CANCELLED))
                .isTrue();
    }

    @Test
    void findsNothingInAForeignStatus() {
        assertThat(RemoteFailure.of(Status.UNAVAILABLE.asRuntimeException())).isEmpty();
        assertThat(RemoteFailure.of(new IllegalStateException())).isEmpty();
    }

    @Test
    void keepsTheDetailsThroughEveryChange() {
        RequestException failure = RequestException.ofField(
                        FailureCode.TOKEN_OUT_OF_VOCAB, "prompt.token_ids[3]", "is 9")
                .with("vocab_size", 8)
                .retryAfter(Duration.ofSeconds(1))
                .with("token_id", 9);

        assertThat(failure.code()).isEqualTo(FailureCode.TOKEN_OUT_OF_VOCAB);
        assertThat(failure.field()).contains("prompt.token_ids[3]");
        assertThat(failure.retryAfter()).contains(Duration.ofSeconds(1));
        assertThat(failure.metadata()).isEqualTo(Map.of("vocab_size", "8", "token_id", "9"));
        assertThat(failure).hasMessage("prompt.token_ids[3] is 9");
    }
}
