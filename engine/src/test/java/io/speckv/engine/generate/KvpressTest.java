package io.speckv.engine.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.torch.DecoderModel;
import java.util.BitSet;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the presses of kvpress kept and answered with the same weights and prompts in float32, {@code golden/kvpress}. Where
 * a definition is the same, every position is; where it is not, the difference is what {@code docs/evaluation.md} says it is.
 */
class KvpressTest {
    private static final ModelOptions FP32 = ModelOptions.DEFAULTS.withPrecision(Precision.FP32);

    static Stream<KvpressRecord> records() {
        return KvpressRecord.golden().stream();
    }

    /** Pyramids count here only where no division rounds: kvpress rounds each layer's budget, we round the step. */
    @ParameterizedTest
    @MethodSource("records")
    void equalDefinitionsKeepEqualPositionsAndAnswerAlike(KvpressRecord record) {
        forEach(
                record,
                run -> switch (run.press()) {
                    case "snapkv", "streamingllm", "tova" -> true;
                    case "pyramidkv" -> stepIsWhole(record, run);
                    case "adakv" -> run.settings().get("alpha_safeguard").asDouble() == 0;
                    default -> false;
                },
                (run, ours) -> {
                    assertThat(ours.kept()).as("%s", run).isEqualTo(run.kept());
                    assertThat(ours.tokens()).as("%s", run).isEqualTo(run.answer());
                });
    }

    /** Deeper layers of ours may have a few positions more, and those that kvpress has are among them. */
    @ParameterizedTest
    @MethodSource("records")
    void aPyramidDiffersByTheRoundingOfItsStep(KvpressRecord record) {
        forEach(record, run -> run.press().equals("pyramidkv"), (run, ours) -> {
            int layers = run.kept().size();
            for (int layer = 0; layer < layers; layer++) {
                for (int head = 0; head < run.kept().get(layer).size(); head++) {
                    BitSet our = ours.kept().get(layer).get(head);
                    BitSet their = run.kept().get(layer).get(head);
                    assertThat(without(their, our))
                            .as("%s, layer %s", run, layer)
                            .isEqualTo(new BitSet());
                    // A step that is rounded down loses less than 1 a layer.
                    assertThat(our.cardinality() - their.cardinality()).isBetween(0, layer);
                }
            }
        });
    }

    /**
     * AdaKV's reference, and we, let heads compete for all places and then give each head a floor; kvpress lets the floor
     * stay first and has heads compete for the rest. Scores are the same: of two sets of one head, one holds the other.
     */
    @ParameterizedTest
    @MethodSource("records")
    void aFloorMovesPlacesBetweenHeadsAndChangesNoRanking(KvpressRecord record) {
        forEach(
                record,
                run -> run.press().equals("adakv")
                        && run.settings().get("alpha_safeguard").asDouble() > 0,
                (run, ours) -> {
                    for (int layer = 0; layer < run.kept().size(); layer++) {
                        List<BitSet> our = ours.kept().get(layer);
                        List<BitSet> their = run.kept().get(layer);
                        for (int head = 0; head < our.size(); head++) {
                            BitSet more = without(our.get(head), their.get(head));
                            BitSet fewer = without(their.get(head), our.get(head));
                            assertThat(more.isEmpty() || fewer.isEmpty())
                                    .as("%s, layer %s, head %s", run, layer, head)
                                    .isTrue();
                        }
                        assertThat(total(our))
                                .as("places of layer %s", layer)
                                .isBetween(total(their) - our.size(), total(their) + our.size());
                    }
                });
    }

    /** We always keep the last token, kvpress where it ranks; so at most one position of a head differs. */
    @ParameterizedTest
    @MethodSource("records")
    void accumulatedAttentionDiffersByTheLastTokenAlone(KvpressRecord record) {
        forEach(record, run -> run.press().equals("observed"), (run, ours) -> {
            BitSet last = new BitSet();
            last.set(run.prompt().length - 1);
            for (int layer = 0; layer < run.kept().size(); layer++) {
                for (int head = 0; head < run.kept().get(layer).size(); head++) {
                    BitSet our = ours.kept().get(layer).get(head);
                    BitSet their = run.kept().get(layer).get(head);
                    assertThat(without(our, their))
                            .as("%s, layer %s, head %s", run, layer, head)
                            .isIn(new BitSet(), last);
                    assertThat(our.cardinality()).isEqualTo(their.cardinality());
                }
            }
        });
    }

    /** Asks the model of a record what it does in place of the presses that {@code about} chooses. */
    private static void forEach(
            KvpressRecord record,
            Predicate<KvpressRecord.Run> about,
            BiConsumer<KvpressRecord.Run, EvictedAnswer> check) {
        assumeTrue(record.isModelHere(), "golden/real/fetch makes the model of this record; it needs Python 3");
        List<KvpressRecord.Run> runs = record.runs().stream().filter(about).toList();
        assertThat(runs).isNotEmpty();
        try (DecoderModel model = DecoderModel.open(record.model(), FP32)) {
            for (KvpressRecord.Run run : runs) {
                check.accept(
                        run,
                        EvictedAnswer.of(model, run.prompt(), KvpressCounterpart.of(record, run), run.answer().length));
            }
        }
    }

    private static boolean stepIsWhole(KvpressRecord record, KvpressRecord.Run run) {
        if (KvpressCounterpart.isFlat(record, run.settings())) {
            return true;
        }
        int last = record.budget() / run.settings().get("beta").asInt();
        return 2 * (record.budget() - last) % (run.kept().size() - 1) == 0;
    }

    private static BitSet without(BitSet all, BitSet others) {
        BitSet rest = (BitSet) all.clone();
        rest.andNot(others);
        return rest;
    }

    private static int total(List<BitSet> heads) {
        return heads.stream().mapToInt(BitSet::cardinality).sum();
    }
}
