package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.kit.server.TestCertificates;
import io.speckv.proto.v1.DescribeRequest;
import io.speckv.proto.v1.InferenceServiceGrpc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouterSecurityTest {
    @Test
    void onlyCallsWithAnAcceptedTokenPass(@TempDir Path folder) throws Exception {
        Path tokens = Files.writeString(folder.resolve("tokens"), "0123456789abcdef\n");
        Path wrong = Files.writeString(folder.resolve("wrong"), "fedcba9876543210\n");
        Path right = Files.writeString(folder.resolve("right"), "0123456789abcdef\n");
        try (RouterRig rig = RouterRig.startUnchecked("--server.tokens-file=" + tokens)) {
            assertThat(failure(rig, null)).isEqualTo(FailureCode.TOKEN_MISSING);
            assertThat(failure(rig, wrong)).isEqualTo(FailureCode.TOKEN_REJECTED);
            RouterRig.await(
                    () -> {
                        FailureCode failure = failure(rig, right);
                        return failure == null;
                    },
                    "the right token is refused");
        }
    }

    private static @Nullable FailureCode failure(RouterRig rig, @Nullable Path token) {
        var stub = InferenceServiceGrpc.newBlockingStub(rig.channel);
        if (token != null) {
            Metadata headers = new Metadata();
            try {
                headers.put(
                        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                        "Bearer " + Files.readString(token).strip());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            stub = stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
        }
        var call = stub;
        Throwable thrown = catchThrowable(() -> call.describe(DescribeRequest.getDefaultInstance()));
        return thrown == null
                ? null
                : RemoteFailure.of(thrown).flatMap(RemoteFailure::code).orElseThrow();
    }

    @Test
    void aTlsRouterIsReachedThroughItsAuthority(@TempDir Path folder) throws Exception {
        RouterTls tls = RouterTls.in(folder);
        try (RouterRig rig = RouterRig.startUnchecked(tls.flags())) {
            ManagedChannel channel = NettyChannelBuilder.forTarget(
                            "localhost:" + rig.router.port(),
                            TlsChannelCredentials.newBuilder()
                                    .trustManager(tls.trusted().toFile())
                                    .build())
                    .build();
            try {
                RouterRig.await(
                        () -> catchThrowable(() -> InferenceServiceGrpc.newBlockingStub(channel)
                                        .describe(DescribeRequest.getDefaultInstance()))
                                == null,
                        "no answer over TLS");
                Throwable plaintext = catchThrowable(() -> InferenceServiceGrpc.newBlockingStub(rig.channel)
                        .describe(DescribeRequest.getDefaultInstance()));
                assertThat(plaintext).isNotNull();
            } finally {
                channel.shutdownNow();
            }
        }
    }

    /** The new pair comes from an authority of its own, so that only who is shown the new one gets through. */
    @Test
    void aRenewedCertificateIsShownToNewConnections(@TempDir Path folder) throws Exception {
        Path certificate = folder.resolve("cert.pem");
        Path key = folder.resolve("key.pem");
        TestCertificates before = new TestCertificates("before");
        Path trustBefore = before.writeAuthority(folder.resolve("before.pem"));
        before.issue("localhost", Duration.ofDays(1), certificate, key);
        try (RouterRig rig = RouterRig.startUnchecked(
                "--server.tls.enabled=true",
                "--server.tls.certificate=" + certificate,
                "--server.tls.private-key=" + key,
                "--server.tls.reload-every=1s")) {
            RouterRig.await(() -> answers(rig, trustBefore), "no answer with the first certificate");
            TestCertificates after = new TestCertificates("after");
            Path trustAfter = after.writeAuthority(folder.resolve("after.pem"));
            assertThat(answers(rig, trustAfter)).isFalse();
            after.issue("localhost", Duration.ofDays(1), certificate, key);

            RouterRig.await(() -> answers(rig, trustAfter), "the renewed certificate is not shown");
            assertThat(answers(rig, trustBefore)).isFalse();
        }
    }

    /** Whether a new connection that trusts one authority gets an answer. */
    private static boolean answers(RouterRig rig, Path trusted) {
        ManagedChannel channel;
        try {
            channel = NettyChannelBuilder.forTarget(
                            "localhost:" + rig.router.port(),
                            TlsChannelCredentials.newBuilder()
                                    .trustManager(trusted.toFile())
                                    .build())
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            return catchThrowable(() -> InferenceServiceGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(5, TimeUnit.SECONDS)
                            .describe(DescribeRequest.getDefaultInstance()))
                    == null;
        } finally {
            channel.shutdownNow();
        }
    }
}
