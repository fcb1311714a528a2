package io.speckv.router.draft;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.SynchronizationContext;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.speckv.kit.telemetry.RequestTimeline;
import io.speckv.kit.telemetry.Telemetry;
import io.speckv.kit.wire.ScoreVectors;
import io.speckv.proto.v1.AnalyseRequest;
import io.speckv.proto.v1.AnalyseResponse;
import io.speckv.proto.v1.AnalyseSummary;
import io.speckv.proto.v1.DraftServiceGrpc;
import io.speckv.proto.v1.ScoreEncoding;
import io.speckv.proto.v1.TokenIds;
import io.speckv.router.settings.RouterSettings;
import io.speckv.selection.align.TokenBridge;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnalysisCacheTest {
    private static final Telemetry TELEMETRY = Telemetry.start(
            RouterSettings.loader()
                    .load(null, Map.of(), List.of("--tokenizer.target=none"))
                    .value()
                    .telemetry(),
            new Telemetry.ServiceIdentity("test", "0"),
            List.of());

    @AfterAll
    static void closeTelemetry() {
        TELEMETRY.close();
    }

    private static AnalysisCache cache(long bytes) {
        return new AnalysisCache(bytes, TELEMETRY.metrics());
    }

    private static AnalyseRequest.Builder request(int firstToken) {
        AnalyseRequest.Builder request = AnalyseRequest.newBuilder()
                .setTokenIds(TokenIds.newBuilder().addIds(firstToken).addIds(1))
                .setLookaheadTokens(4);
        request.getScoringBuilder().setWindowSize(8);
        request.getSamplingBuilder().addStop("end");
        return request;
    }

    private static DraftPlan plan(AnalyseRequest.Builder request, String weights) {
        return new DraftPlan(request.build(), TokenBridge.shared(new int[] {1, 1}), true, 256, 16, weights);
    }

    private static List<AnalyseResponse> scores(int tokens) {
        return List.of(AnalyseResponse.newBuilder()
                .setImportance(ScoreVectors.toProto(new float[tokens], ScoreEncoding.SCORE_ENCODING_FLOAT32))
                .build());
    }

    @Test
    void findsWhatWasAskedAndNothingElse() {
        AnalysisCache cache = cache(1 << 20);
        cache.keep(plan(request(7), "w"), scores(2));

        assertThat(cache.find(plan(request(7), "w"))).contains(scores(2));
        assertThat(cache.find(plan(request(8), "w"))).as("another token").isEmpty();
        assertThat(cache.find(plan(request(7), "v"))).as("other weights").isEmpty();
        AnalyseRequest.Builder window = request(7);
        window.getScoringBuilder().setWindowSize(9);
        assertThat(cache.find(plan(window, "w"))).as("another window").isEmpty();
        assertThat(cache.find(plan(request(7).setLookaheadTokens(5), "w")))
                .as("more lookahead")
                .isEmpty();
        AnalyseRequest.Builder stop = request(7);
        stop.getSamplingBuilder().addStop("now");
        assertThat(cache.find(plan(stop, "w"))).as("it may stop elsewhere").isEmpty();
        assertThat(cache.find(plan(request(7).clearScoring().setClassification(true), "w")))
                .as("the classifier's scores")
                .isEmpty();
    }

    @Test
    void keepsNothingWhereThereIsNoRoomOrTheWeightsAreNotKnown() {
        AnalysisCache off = cache(0);
        off.keep(plan(request(7), "w"), scores(2));
        assertThat(off.find(plan(request(7), "w"))).isEmpty();
        assertThat(off.bytes()).isZero();

        AnalysisCache small = cache(1000);
        small.keep(plan(request(7), "w"), scores(2));
        small.keep(plan(request(8), "w"), scores(5000));
        assertThat(small.find(plan(request(7), "w"))).as("it stays").isPresent();
        assertThat(small.find(plan(request(8), "w"))).as("larger than all").isEmpty();

        small.keep(plan(request(9), ""), scores(2));
        assertThat(small.find(plan(request(9), ""))).isEmpty();
    }

    /** An analysis of a long prompt is large: a call holds it only for a cache that takes it, and no longer than that takes. */
    @Test
    void aCallHoldsWhatItWasToldOnlyUntilItIsKept() {
        AnalysisCache cache = cache(1 << 20);
        ManagedChannel nobody =
                NettyChannelBuilder.forAddress("127.0.0.1", 1).usePlaintext().build();
        try {
            assertThat(heldBeforeAndAfterTheEnd(nobody, cache(0), "w"))
                    .as("off")
                    .containsExactly(0, 0);
            assertThat(heldBeforeAndAfterTheEnd(nobody, cache, ""))
                    .as("left out")
                    .containsExactly(0, 0);
            assertThat(heldBeforeAndAfterTheEnd(nobody, cache, "w")).as("kept").containsExactly(1, 0);
            assertThat(cache.find(plan(request(7), "w")).orElseThrow())
                    .as("scores and summary")
                    .hasSize(2);
        } finally {
            nobody.shutdownNow();
        }
    }

    private static List<Integer> heldBeforeAndAfterTheEnd(ManagedChannel nobody, AnalysisCache cache, String weights) {
        DraftCall call = new DraftCall(
                plan(request(7), weights),
                RequestTimeline.start(TELEMETRY),
                new SynchronizationContext((thread, thrown) -> {
                    throw new AssertionError(thrown);
                }),
                event -> {});
        // The test says what a draft would.
        call.start(DraftServiceGrpc.newStub(nobody).withWaitForReady(), "", TimeUnit.HOURS.toNanos(1), cache);
        scores(2).forEach(call::onNext);
        int before = call.held();
        call.onNext(AnalyseResponse.newBuilder()
                .setSummary(AnalyseSummary.newBuilder().setPromptTokenCount(2))
                .build());
        call.onCompleted();
        return List.of(before, call.held());
    }

    /** Whatever is asked: never more bytes than there may be, and what is found is what was kept under that key. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void staysWithinItsBytesAndFindsWhatWasUsedLast(long seed) {
        Random random = new Random(seed);
        AnalysisCache cache = cache(20_000);
        Map<Integer, List<AnalyseResponse>> kept = new HashMap<>();
        for (int i = 0; i < 2000; i++) {
            int prompt = random.nextInt(30);
            var found = cache.find(plan(request(prompt), "w"));
            found.ifPresent(messages -> assertThat(messages).isEqualTo(kept.get(prompt)));
            if (found.isEmpty()) {
                List<AnalyseResponse> scores = scores(1 + random.nextInt(600));
                kept.put(prompt, scores);
                cache.keep(plan(request(prompt), "w"), scores);
            }
            assertThat(cache.bytes()).isBetween(1L, 20_000L);
            assertThat(cache.find(plan(request(prompt), "w")))
                    .as("what was used last")
                    .isPresent();
        }
    }
}
