package io.speckv.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.Failures;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.DescribeResponse;
import io.speckv.proto.v1.ServedModel;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RouterExceptionTest {
    private static final String ROUTER = "router.example:9000";

    private static RouterException of(StatusRuntimeException failure) {
        return RouterException.of(ROUTER, Duration.ofSeconds(90), failure);
    }

    private static RouterException of(Status status) {
        return of(status.asRuntimeException());
    }

    private static Status unavailable(Throwable cause) {
        return Status.UNAVAILABLE.withDescription("io exception").withCause(cause);
    }

    @Test
    void whatTheRouterSaysIsToldWhole() {
        RouterException refused = of(Failures.encode(RequestException.of(FailureCode.QUEUE_FULL, "the queue is full")
                .with("queued", 8)
                .retryAfter(Duration.ofMillis(1540))));

        assertThat(refused.exitStatus()).isEqualTo(ExitStatus.BUSY);
        assertThat(refused)
                .hasMessageStartingWith("RESOURCE_EXHAUSTED (QUEUE_FULL): the queue is full")
                .hasMessageContaining("\n  queued: 8")
                .hasMessageEndingWith("\n  try again in 1.5 s");
        assertThat(refused.fields()).isEmpty();
    }

    @Test
    void wrongFieldsAreToldAndListed() {
        RouterException refused = of(Failures.encode(RequestException.invalidField("sampling.top_p", "is 2")));

        assertThat(refused.exitStatus()).isEqualTo(ExitStatus.WRONG_INPUT);
        assertThat(refused.fields()).containsExactly("sampling.top_p");
        assertThat(refused)
                .hasMessageContaining("sampling.top_p is 2")
                .hasMessageContaining("\n  field: sampling.top_p");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        INTERNAL          | not an SSL/TLS record: 48545450 | speaks no TLS: leave out --tls, --tls-ca and --cert
        INTERNAL          | received bytes: 1503030002      | speaks TLS: add --tls or --tls-ca FILE
        UNAVAILABLE       | received bytes: 1503030002      | speaks TLS: add --tls or --tls-ca FILE
        UNIMPLEMENTED     | HTTP status code 404            | speaks HTTP and no gRPC: name the router's gRPC port with
        UNKNOWN           | invalid content-type: text/html | speaks HTTP and no gRPC: name the router's gRPC port with
        UNAVAILABLE       | First received frame was not SETTINGS | speaks HTTP and no gRPC: name the router's gRPC port
        """)
    void whatIsNoRouterIsTakenForWhatItIs(Status.Code code, String words, String told) {
        RouterException mistaken = of(code.toStatus().withDescription(words));

        assertThat(mistaken.exitStatus()).isEqualTo(ExitStatus.WRONG_INPUT);
        assertThat(mistaken).hasMessageStartingWith("what answers at " + ROUTER + " " + told);
    }

    static Stream<Arguments> unreachable() {
        return Stream.of(
                Arguments.of(
                        unavailable(new ConnectException("Connection refused")),
                        "nothing listens at its address",
                        "start one with './speckv up', or name it with --router"),
                Arguments.of(
                        unavailable(new UnknownHostException("router.example")),
                        "its name cannot be looked up",
                        "check the address after --router, and the network on the way"),
                Arguments.of(
                        unavailable(new NoRouteToHostException("no route")),
                        "no way leads to its address",
                        "check the address after --router, and the network on the way"),
                Arguments.of(
                        unavailable(new IOException("connection timed out")),
                        "nothing answers at its address",
                        "check the address after --router, and the network on the way"),
                Arguments.of(
                        unavailable(new IOException("Connection reset by peer")),
                        "it closed the connection",
                        "it may have stopped; if it wants TLS, add --tls or --tls-ca FILE"),
                Arguments.of(
                        unavailable(new SSLHandshakeException("unable to find valid certification path to it")),
                        "its TLS certificate is signed by an authority that is not trusted here",
                        "compare the address with the names in its certificate; it may want --cert and --key"),
                Arguments.of(
                        unavailable(new CertificateException("No name matching router.example found")),
                        "its TLS certificate is for another name",
                        "compare the address with the names in its certificate; it may want --cert and --key"),
                Arguments.of(
                        Status.UNAVAILABLE.withDescription("HTTP status code 503\nheaders: x"),
                        "HTTP status code 503",
                        "start one with './speckv up', or name it with --router"));
    }

    @ParameterizedTest
    @MethodSource("unreachable")
    void whereNoRouterAnswersTheReasonAndAWayOutAreTold(Status status, String why, String remedy) {
        RouterException lost = of(status);

        assertThat(lost.exitStatus()).isEqualTo(ExitStatus.UNAVAILABLE);
        assertThat(lost).hasMessage("UNAVAILABLE: no router answers at " + ROUTER + ": " + why + "\n  " + remedy);
    }

    @Test
    void anAnswerThatTakesTooLongIsToldWithItsLimit() {
        RouterException late = of(Status.DEADLINE_EXCEEDED.withDescription("context timed out"));

        assertThat(late.exitStatus()).isEqualTo(ExitStatus.TIMED_OUT);
        assertThat(late)
                .hasMessage("DEADLINE_EXCEEDED: no whole answer from " + ROUTER + " within 90s, which is --timeout");
    }

    @Test
    void whatOtherServersSayIsPassedOn() {
        assertThat(of(Status.PERMISSION_DENIED.withDescription("no entry")))
                .hasMessage("PERMISSION_DENIED: no entry, from " + ROUTER);
        assertThat(of(Status.PERMISSION_DENIED).exitStatus()).isEqualTo(ExitStatus.REFUSED);
    }

    @Test
    void whoSaysNothingIsSaidToGiveNoReason() {
        assertThat(of(Status.UNKNOWN)).hasMessage("UNKNOWN: no reason given, from " + ROUTER);
        assertThat(of(Status.UNAVAILABLE))
                .hasMessageStartingWith("UNAVAILABLE: no router answers at " + ROUTER + ": no reason given\n");
        assertThat(of(unavailable(new IllegalStateException())))
                .hasMessageContaining("no router answers at " + ROUTER + ": IllegalStateException\n");
    }

    @Test
    void aRouterWithoutATargetSaysWhyOnce() {
        DescribeResponse served = DescribeResponse.newBuilder()
                .addModels(ServedModel.newBuilder().setNotReadyReason("no target can be reached"))
                .addModels(ServedModel.newBuilder().setNotReadyReason("it has another tokenizer"))
                .addModels(ServedModel.newBuilder().setNotReadyReason("no target can be reached"))
                .addModels(ServedModel.newBuilder())
                .build();

        assertThat(RouterException.withoutTarget(served))
                .hasMessage("UNAVAILABLE (NO_TARGET): no target can be reached, it has another tokenizer");
        assertThat(RouterException.withoutTarget(served).exitStatus()).isEqualTo(ExitStatus.UNAVAILABLE);
        assertThat(RouterException.withoutTarget(DescribeResponse.getDefaultInstance()))
                .hasMessage("UNAVAILABLE (NO_TARGET): the router has no target and does not say why");
    }
}
