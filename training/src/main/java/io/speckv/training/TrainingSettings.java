package io.speckv.training;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.speckv.engine.checkpoint.config.Architecture;
import io.speckv.engine.checkpoint.config.ModelShape;
import io.speckv.engine.checkpoint.config.Rope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Everything that determines a trained model, one JSON file per model.
 *
 * @param seed of the weights and of every sequence
 * @param layers decoder layers
 * @param hiddenSize channels of the residual stream
 * @param intermediateSize channels inside the MLP
 * @param heads query heads
 * @param kvHeads KV heads
 * @param headDim channels of a head
 * @param ropeTheta base of the rotary frequencies
 * @param maxPositions positions the model is declared for
 * @param lengths sequence lengths of the curriculum in tokens, ascending
 * @param firstLength length with which the curriculum begins, one of {@code lengths}; 0 or left out means the first one. A
 *     second stage begins where the first stage ended
 * @param tokens tokens to train on, over all steps; the learning rate reaches its floor with the last of them
 * @param tokensPerStep most tokens of one step; a longer sequence makes a step of its own
 * @param rate highest learning rate
 * @param warmup steps until the highest rate is reached
 * @param decayFrom share of {@code tokens} after which the rate falls, along a cosine
 * @param rateFloor last learning rate as a share of the highest
 * @param copyingUntil copying loss, in nats, below which copying goes from 9 steps of 10 to 1 of 10
 * @param recallToAdvance share of right answers at which the next length begins
 * @param longestStay share of {@code tokens} after which the next length begins anyway
 * @param recall what questions ask for; left out means {@link RecallSettings#DEFAULTS}
 */
record TrainingSettings(
        long seed,
        int layers,
        int hiddenSize,
        int intermediateSize,
        int heads,
        int kvHeads,
        int headDim,
        double ropeTheta,
        int maxPositions,
        List<Integer> lengths,
        int firstLength,
        long tokens,
        int tokensPerStep,
        double rate,
        int warmup,
        double decayFrom,
        double rateFloor,
        double copyingUntil,
        double recallToAdvance,
        double longestStay,
        RecallSettings recall) {
    private static final double RMS_NORM_EPS = 1e-6;

    TrainingSettings {
        lengths = List.copyOf(lengths);
        recall = Objects.requireNonNullElse(recall, RecallSettings.DEFAULTS);
        require(!lengths.isEmpty() && lengths.get(0) >= 64, "lengths", lengths, "begin at 64 or more");
        for (int i = 1; i < lengths.size(); i++) {
            require(lengths.get(i) > lengths.get(i - 1), "lengths", lengths, "rise");
        }
        require(lengths.get(lengths.size() - 1) <= maxPositions, "lengths", lengths, "not exceed maxPositions");
        require(firstLength == 0 || lengths.contains(firstLength), "firstLength", firstLength, "be one of " + lengths);
        require(tokens > 0, "tokens", tokens, "be positive");
        require(tokensPerStep > 0, "tokensPerStep", tokensPerStep, "be positive");
        require(rate > 0, "rate", rate, "be positive");
        require(decayFrom >= 0 && decayFrom < 1, "decayFrom", decayFrom, "be in [0, 1)");
        require(rateFloor >= 0 && rateFloor <= 1, "rateFloor", rateFloor, "be in [0, 1]");
        require(recallToAdvance > 0 && recallToAdvance <= 1, "recallToAdvance", recallToAdvance, "be in (0, 1]");
        require(longestStay > 0 && longestStay <= 1, "longestStay", longestStay, "be in (0, 1]");
    }

    static TrainingSettings read(Path file) throws IOException {
        return JsonMapper.builder().build().readValue(file.toFile(), TrainingSettings.class);
    }

    /** Returns the index of the length that the curriculum begins with. */
    int firstLevel() {
        return Math.max(0, lengths.indexOf(firstLength));
    }

    ModelShape shape(int vocabSize) {
        return ModelShape.uniform(
                Architecture.QWEN2,
                vocabSize,
                hiddenSize,
                intermediateSize,
                layers,
                heads,
                kvHeads,
                headDim,
                RMS_NORM_EPS,
                Rope.plain(ropeTheta),
                maxPositions,
                true);
    }

    RateSchedule schedule() {
        return new RateSchedule(tokens, rate, warmup, decayFrom, rateFloor);
    }

    static void require(boolean holds, String key, Object value, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(key + " is " + value + "; it must " + rule);
        }
    }
}
