package io.speckv.kit.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.speckv.kit.CallEnd;
import io.speckv.kit.LoopbackServer;
import io.speckv.kit.ScriptedInference;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.InferenceServiceGrpc;
import io.speckv.proto.v1.TargetServiceGenerateRequest;
import io.speckv.proto.v1.TargetServiceGenerateResponse;
import io.speckv.proto.v1.TargetServiceGrpc;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Where a service may fail, and the one status with which {@link FailureInterceptor} closes its call. {@link FailuresTest} has what
 * each failure becomes.
 */
class FailureInterceptorTest {
    /** What may be thrown, by a service or by what it calls. */
    private enum Thrown {
        KNOWN(() -> RequestException.of(FailureCode.KV_MEMORY, "no room"), FailureCode.KV_MEMORY),
        EXCEPTION(() -> new IllegalStateException("secret"), FailureCode.UNEXPECTED),
        ERROR(() -> new AssertionError("secret"), FailureCode.UNEXPECTED),
        FOREIGN_STATUS(() -> Status.UNAVAILABLE.withDescription("secret").asRuntimeException(), FailureCode.UNEXPECTED),
        OF_ANOTHER_SERVICE(
                () -> Failures.encode(RequestException.of(FailureCode.QUEUE_FULL, "full")), FailureCode.QUEUE_FULL);

        @SuppressWarnings("ImmutableEnumChecker") // every failure here is made by a lambda without state
        private final Supplier<Throwable> failure;

        private final FailureCode code;

        Thrown(Supplier<Throwable> failure, FailureCode code) {
            this.failure = failure;
            this.code = code;
        }

        private void raise() {
            Throwable thrown = failure.get();
            if (thrown instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) thrown;
        }
    }

    /** Where a stream of requests stands when its service fails. */
    private enum Place {
        BEGINNING,
        MESSAGE,
        END
    }

    /** Fails at one place of a stream. */
    private record Failing(Thrown thrown, Place place) {
        StreamObserver<TargetServiceGenerateRequest> begin() {
            if (place == Place.BEGINNING) {
                thrown.raise();
            }
            return new StreamObserver<>() {
                @Override
                public void onNext(TargetServiceGenerateRequest message) {
                    if (place == Place.MESSAGE) {
                        thrown.raise();
                    }
                }

                @Override
                public void onError(Throwable failure) {}

                @Override
                public void onCompleted() {
                    if (place == Place.END) {
                        thrown.raise();
                    }
                }
            };
        }

        TargetServiceGrpc.TargetServiceImplBase service() {
            return new TargetServiceGrpc.TargetServiceImplBase() {
                @Override
                public StreamObserver<TargetServiceGenerateRequest> generate(
                        StreamObserver<TargetServiceGenerateResponse> observer) {
                    return begin();
                }
            };
        }
    }

    private static RemoteFailure streamed(Thrown thrown, Place place) throws IOException {
        CallEnd<TargetServiceGenerateResponse> end = new CallEnd<>();
        try (LoopbackServer server = LoopbackServer.serving(new Failing(thrown, place).service())) {
            StreamObserver<TargetServiceGenerateRequest> requests = TargetServiceGrpc.newStub(
                            server.channel().channel())
                    .withDeadlineAfter(30, TimeUnit.SECONDS)
                    .generate(end);
            requests.onNext(TargetServiceGenerateRequest.getDefaultInstance());
            requests.onCompleted();
            end.ended().get(60, TimeUnit.SECONDS);
            throw new AssertionError("it ended well");
        } catch (ExecutionException e) {
            return RemoteFailure.of(e.getCause() == null ? e : e.getCause())
                    .orElseThrow(() -> new AssertionError("no ErrorInfo", e));
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertSeen(RemoteFailure failure, Thrown thrown) {
        assertThat(failure.code()).contains(thrown.code);
        assertThat(failure.status()).isEqualTo(thrown.code.status());
        assertThat(failure.message()).doesNotContain("secret");
    }

    @ParameterizedTest
    @EnumSource(Thrown.class)
    void aServiceMayFailWhereItsStreamBegins(Thrown thrown) throws IOException {
        assertSeen(streamed(thrown, Place.BEGINNING), thrown);
    }

    @ParameterizedTest
    @EnumSource(Thrown.class)
    void aServiceMayFailAtAMessage(Thrown thrown) throws IOException {
        assertSeen(streamed(thrown, Place.MESSAGE), thrown);
    }

    @ParameterizedTest
    @EnumSource(Thrown.class)
    void aServiceMayFailWhereItsRequestsEnd(Thrown thrown) throws IOException {
        assertSeen(streamed(thrown, Place.END), thrown);
    }

    /** What a service does after it has told a failure does not hide it. */
    @Test
    void theFirstFailureIsTheOneThatIsSeen() throws IOException {
        ScriptedInference failing = new ScriptedInference(observer -> {
            observer.onError(RequestException.of(FailureCode.KV_MEMORY, "no room"));
            throw new IllegalStateException("secret");
        });
        try (LoopbackServer server = LoopbackServer.serving(failing)) {
            Throwable seen = catchThrowable(
                    () -> InferenceServiceGrpc.newBlockingStub(server.channel().channel())
                            .withDeadlineAfter(30, TimeUnit.SECONDS)
                            .generate(GenerateRequest.getDefaultInstance())
                            .forEachRemaining(message -> {}));

            assertThat(RemoteFailure.of(seen).orElseThrow().code()).contains(FailureCode.KV_MEMORY);
        }
    }

    @Test
    void aStatusThatHasNoCauseIsPassedOn() throws IOException {
        ScriptedInference aborting =
                new ScriptedInference(observer -> observer.onError(Status.ABORTED.asRuntimeException()));
        try (LoopbackServer server = LoopbackServer.serving(aborting)) {
            StatusRuntimeException seen = (StatusRuntimeException) catchThrowable(
                    () -> InferenceServiceGrpc.newBlockingStub(server.channel().channel())
                            .withDeadlineAfter(30, TimeUnit.SECONDS)
                            .generate(GenerateRequest.getDefaultInstance())
                            .forEachRemaining(message -> {}));

            assertThat(seen.getStatus().getCode()).isEqualTo(Status.Code.ABORTED);
        }
    }
}
