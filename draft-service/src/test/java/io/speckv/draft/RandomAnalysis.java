package io.speckv.draft;

import io.speckv.kit.wire.ScoreVectors;
import io.speckv.proto.v1.AnalyseRequest;
import io.speckv.proto.v1.AnalyseResponse;
import io.speckv.proto.v1.AttentionScoring;
import io.speckv.proto.v1.Reduction;
import io.speckv.proto.v1.SamplingSettings;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Requests drawn from a seed, with one right result however they are scheduled. */
final class RandomAnalysis {
    private static final int VOCABULARY = 250;

    private RandomAnalysis() {}

    /** What a draft found out: tokens, and scores, none if there are none. */
    @SuppressWarnings("ArrayRecordComponent") // Only read, never compared.
    record Result(int[] lookahead, float[] scores) {
        static Result of(List<AnalyseResponse> messages) {
            float[] scores = messages.stream()
                    .filter(AnalyseResponse::hasImportance)
                    .map(message -> ScoreVectors.fromProto(message.getImportance(), "importance"))
                    .findFirst()
                    .orElse(new float[0]);
            return new Result(LoopbackDraft.lookahead(messages), scores);
        }
    }

    static AnalyseRequest[] many(long seed, int count) {
        return IntStream.range(0, count).mapToObj(i -> of(seed + i)).toArray(AnalyseRequest[]::new);
    }

    private static AnalyseRequest of(long seed) {
        Random random = new Random(seed);
        // The first numbers of neighbouring seeds are alike.
        IntStream.range(0, 10).forEach(i -> random.nextInt());
        int tokens = 1 + random.nextInt(random.nextInt(4) == 0 ? 600 : 120);
        AnalyseRequest.Builder request = LoopbackDraft.request(
                        random.ints(tokens, 0, VOCABULARY).toArray())
                .setLookaheadTokens(random.nextInt(20))
                .setSampling(sampling(random));
        if (random.nextInt(3) > 0) {
            request.setScoring(scoring(random));
        }
        return request.build();
    }

    private static AttentionScoring scoring(Random random) {
        return AttentionScoring.newBuilder()
                .setWindowSize(1 + random.nextInt(16))
                .setStartingLayerIndex(random.nextInt(2))
                .setWeightedQuery(random.nextBoolean())
                .setOverQueries(reduction(random))
                .setWithinStep(reduction(random))
                .setAcrossSteps(reduction(random))
                .setLookaheadTokens(1 + random.nextInt(10))
                .setPromptKeysOnly(random.nextBoolean())
                .build();
    }

    private static Reduction reduction(Random random) {
        return random.nextBoolean() ? Reduction.REDUCTION_MAX : Reduction.REDUCTION_MEAN;
    }

    private static SamplingSettings sampling(Random random) {
        SamplingSettings.Builder sampling = SamplingSettings.newBuilder().setIgnoreEos(random.nextBoolean());
        return random.nextBoolean()
                ? sampling.build()
                : sampling.setTemperature(1).setSeed(random.nextInt(1000)).build();
    }
}
