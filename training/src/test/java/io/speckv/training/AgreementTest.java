package io.speckv.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.engine.DeviceName;
import io.speckv.engine.GoldenRun;
import io.speckv.engine.Precision;
import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.training.torch.TrainingGraph;
import io.speckv.training.torch.TrainingState;
import io.speckv.training.torch.WeightedTokens;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Of two golden checkpoints of one vocabulary, over random tokens. */
class AgreementTest {
    private final TrainingGraph target = open(GoldenRun.model("qwen2-target"));
    private final TrainingGraph draft = open(GoldenRun.model("qwen2-draft"));

    private static TrainingGraph open(Path folder) {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return TrainingGraph.open(
                    checkpoint.shape(), DeviceName.CPU, Precision.FP32, TrainingState.fresh(checkpoint.weights()));
        }
    }

    @AfterEach
    void close() {
        target.close();
        draft.close();
    }

    private WeightedTokens batch(int sequences, int length, int from) {
        Random random = new Random(sequences * 31L + length);
        int[][] tokens = new int[sequences][];
        for (int i = 0; i < sequences; i++) {
            tokens[i] = random.ints(length, 0, target.shape().vocabSize()).toArray();
        }
        return WeightedTokens.from(tokens, from);
    }

    @Test
    void aModelAgreesWithItself() {
        Agreement agreement = new Agreement(target, List.of(batch(3, 20, 1), batch(2, 30, 5)));
        assertThat(agreement.of(target)).isEqualTo(1);
        assertThat(agreement.tokens()).as("the predicted ones").isEqualTo(3 * 19 + 2 * 25);
    }

    @Test
    void isTheShareOfPlacesWhereBothFindTheSameTokenMostProbable() {
        List<WeightedTokens> batches = List.of(batch(4, 40, 1), batch(1, 60, 1));
        int agreed = 0;
        int all = 0;
        for (WeightedTokens batch : batches) {
            float[] ofTarget = target.logits(batch);
            float[] ofDraft = draft.logits(batch);
            int vocabulary = target.shape().vocabSize();
            for (int from = 0; from < ofTarget.length; from += vocabulary) {
                agreed += best(ofTarget, from, vocabulary) == best(ofDraft, from, vocabulary) ? 1 : 0;
                all++;
            }
        }
        assertThat(new Agreement(target, batches).of(draft))
                .as("of %d", all)
                .isEqualTo((double) agreed / all)
                .isLessThan(1);
    }

    private static int best(float[] logits, int from, int count) {
        int best = from;
        for (int i = from; i < from + count; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }
}
