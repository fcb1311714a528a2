package io.speckv.cli.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.speckv.cli.client.RouterClient;
import io.speckv.cli.options.ConnectionArguments;
import io.speckv.evals.MethodOverrides;
import io.speckv.evals.Setting;
import io.speckv.evals.fidelity.AnswerMeter.Lookahead;
import io.speckv.evals.fidelity.AnswerMeter.Measured;
import io.speckv.proto.v1.AlternativeToken;
import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.InferenceServiceGrpc;
import io.speckv.proto.v1.LookaheadUsage;
import io.speckv.proto.v1.Protection;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.proto.v1.TokenLogprobs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class RouterMeterTest {
    private static final Setting FULL = Setting.fullCache();
    private static final Setting SPECKV = new Setting("speckv", 64);
    private static final Setting SNAPKV = new Setting("snapkv", 64);
    private static final int LIMIT = 3;

    /** Answers 5, 6, 7 from the full cache and 5, 8, 7 from any other, and tells the two likeliest tokens if asked to. */
    private static final class Router extends InferenceServiceGrpc.InferenceServiceImplBase implements AutoCloseable {
        private final List<GenerateRequest> asked = new CopyOnWriteArrayList<>();
        private FinishReason ends = FinishReason.FINISH_REASON_MAX_NEW_TOKENS;
        private LookaheadUsage lookahead = usage(5, 2).build();
        private final Server server;

        Router() throws IOException {
            server = NettyServerBuilder.forAddress(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                            InsecureServerCredentials.create())
                    .addService(this)
                    .build()
                    .start();
        }

        @Override
        public void generate(GenerateRequest request, StreamObserver<GenerateResponse> observer) {
            asked.add(request);
            boolean full = request.getMethod().getName().equals("full");
            TokenDelta.Builder delta =
                    TokenDelta.newBuilder().setText("abc").addAllTokenIds(full ? List.of(5, 6, 7) : List.of(5, 8, 7));
            if (request.getSampling().hasTopLogprobs()) {
                delta.addLogprobs(told(5, -0.25f, 9, -2))
                        .addLogprobs(full ? told(6, -0.5f, 8, -1) : told(8, -0.5f, 6, -1.5f))
                        .addLogprobs(told(7, -0.125f, 9, -3));
            }
            observer.onNext(GenerateResponse.newBuilder().setDelta(delta).build());
            observer.onNext(GenerateResponse.newBuilder()
                    .setFinished(GenerateFinished.newBuilder()
                            .setFinishReason(ends)
                            .setCompression(CompressionReport.newBuilder().setLookahead(lookahead)))
                    .build());
            observer.onCompleted();
        }

        private static LookaheadUsage.Builder usage(int received, int accepted) {
            return LookaheadUsage.newBuilder().setReceivedTokenCount(received).setAcceptedTokenCount(accepted);
        }

        private static TokenLogprobs told(int token, float logprob, int other, float otherLogprob) {
            return TokenLogprobs.newBuilder()
                    .setLogprob(logprob)
                    .addAlternatives(
                            AlternativeToken.newBuilder().setTokenId(token).setLogprob(logprob))
                    .addAlternatives(
                            AlternativeToken.newBuilder().setTokenId(other).setLogprob(otherLogprob))
                    .build();
        }

        List<Measured> measure(Map<String, Object> overrides, OptionalInt logprobs, Setting... settings)
                throws IOException {
            List<Setting> grid = List.of(FULL, SPECKV, SNAPKV);
            ServedMethods methods =
                    ServedMethods.of(new MethodOverrides(overrides), grid, ServedMethodsTest.offeringAll());
            try (RouterClient client = new ConnectionArguments().open("127.0.0.1:" + server.getPort())) {
                RouterAnswers answers = new RouterAnswers(client, "big", methods, Protection.getDefaultInstance());
                return new RouterMeter(answers, logprobs).measure(new int[] {1, 2}, List.of(settings), LIMIT);
            }
        }

        @Override
        public void close() {
            server.shutdownNow();
        }
    }

    @Test
    void theFullCacheIsAskedOnceAndLosesNothing() throws IOException {
        try (Router router = new Router()) {
            List<Measured> measured = router.measure(Map.of(), OptionalInt.of(2), FULL, SPECKV);

            assertThat(router.asked)
                    .extracting(request -> request.getMethod().getName())
                    .containsExactly("full", "speckv");
            assertThat(measured.get(0).loss().tokens()).isEqualTo(3);
            assertThat(measured.get(0).loss().equalTokens()).isEqualTo(3);
            assertThat(measured.get(0).loss().lost()).containsOnly(0.0).hasSize(3);
        }
    }

    @Test
    void theFullCacheIsAskedEvenIfItIsNotAmongTheMethods() throws IOException {
        try (Router router = new Router()) {
            assertThat(router.measure(Map.of(), OptionalInt.of(2), SNAPKV)).hasSize(1);
            assertThat(router.asked)
                    .extracting(request -> request.getMethod().getName())
                    .containsExactly("full", "snapkv");
        }
    }

    @Test
    void aLossIsMeasuredAsFarAsBothAnswersWereWrittenAfterTheSameTokens() throws IOException {
        try (Router router = new Router()) {
            Measured snapkv =
                    router.measure(Map.of(), OptionalInt.of(2), SNAPKV).get(0);

            assertThat(snapkv.loss().equalTokens()).isEqualTo(1);
            assertThat(snapkv.loss().lost()).hasSize(2);
            assertThat(snapkv.loss().lost().get(0)).isCloseTo(0, within(1e-6));
            // The full cache's second token, 6, has -0.5 there and -1.5 here.
            assertThat(snapkv.loss().lost().get(1)).isCloseTo(1, within(1e-6));
            assertThat(snapkv.loss().lowerBounds()).isZero();
        }
    }

    @Test
    void withoutProbabilitiesOnlyTheTokensAreCompared() throws IOException {
        try (Router router = new Router()) {
            Measured snapkv =
                    router.measure(Map.of(), OptionalInt.empty(), SNAPKV).get(0);

            assertThat(router.asked).noneMatch(request -> request.getSampling().hasTopLogprobs());
            assertThat(snapkv.loss().equalTokens()).isEqualTo(1);
            assertThat(snapkv.loss().lost()).isEmpty();
        }
    }

    @Test
    void lookaheadIsReportedOnlyWhereItIsVerified() throws IOException {
        try (Router router = new Router()) {
            assertThat(router.measure(Map.of(), OptionalInt.empty(), SPECKV)
                            .get(0)
                            .lookahead())
                    .isEqualTo(new Lookahead(5, 2));
            assertThat(router.measure(Map.of("speckv.verify_lookahead", false), OptionalInt.empty(), SPECKV)
                            .get(0)
                            .lookahead())
                    .isEqualTo(new Lookahead(0, 0));
        }
    }

    private static Lookahead lookahead(FinishReason ends, LookaheadUsage.Builder usage) throws IOException {
        try (Router router = new Router()) {
            router.ends = ends;
            router.lookahead = usage.build();
            return router.measure(Map.of(), OptionalInt.empty(), SPECKV).get(0).lookahead();
        }
    }

    @Test
    void theTokenThatEndsTheAnswerIsRightWhereTheDraftEndedItThere() throws IOException {
        FinishReason end = FinishReason.FINISH_REASON_END_OF_TEXT;
        // The answer has three tokens, and its end is none of them.
        assertThat(lookahead(end, Router.usage(4, 3))).isEqualTo(new Lookahead(4, 4));
        assertThat(lookahead(end, Router.usage(5, 3))).as("the draft went on").isEqualTo(new Lookahead(5, 3));
        assertThat(lookahead(end, Router.usage(3, 3))).as("nothing more came").isEqualTo(new Lookahead(3, 3));
        assertThat(lookahead(end, Router.usage(3, 2))).as("wrong before").isEqualTo(new Lookahead(3, 2));
        assertThat(lookahead(end, Router.usage(4, 3).setArrivedLate(true))).isEqualTo(new Lookahead(4, 3));
        assertThat(lookahead(FinishReason.FINISH_REASON_MAX_NEW_TOKENS, Router.usage(4, 3)))
                .isEqualTo(new Lookahead(4, 3));
    }
}
