package io.speckv.draft;

import io.speckv.engine.generate.OpenDraft;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.serving.batch.BatchStep;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** A step of the draft: the next token of every lookahead, and of every speculating draft that has a token to draft. */
final class DraftStep implements BatchStep<AnalysisRun<?>> {
    /**
     * A batch's attention reads as many keys of every draft as of the longest, so the lengths in a batch must not differ by
     * more than this ratio.
     */
    private static final int MOST_RATIO = 2;

    private final DecoderModel model;

    DraftStep(DecoderModel model) {
        this.model = model;
    }

    @Override
    public List<List<AnalysisRun<?>>> batches(List<AnalysisRun<?>> ready) {
        List<List<AnalysisRun<?>>> batches = new ArrayList<>();
        List<AnalysisRun<?>> batch = new ArrayList<>();
        for (AnalysisRun<?> call :
                ready.stream().sorted(Comparator.comparingInt(DraftStep::keys)).toList()) {
            if (!batch.isEmpty() && keys(call) > MOST_RATIO * keys(batch.get(0))) {
                batches.add(batch);
                batch = new ArrayList<>();
            }
            batch.add(call);
        }
        batches.add(batch);
        // Sorted by slot, because a step copies no keys of neighbouring slots.
        batches.forEach(
                one -> one.sort(Comparator.comparingInt(call -> call.draft().slotIndex())));
        return batches;
    }

    private static int keys(AnalysisRun<?> call) {
        return call.draft().keys();
    }

    @Override
    public List<Runnable> run(List<AnalysisRun<?>> batch) {
        float[][][] logits =
                OpenDraft.nextLogits(batch.stream().map(AnalysisRun::draft).toList());
        return IntStream.range(0, logits.length)
                .<Runnable>mapToObj(i -> () -> batch.get(i).take(logits[i]))
                .toList();
    }

    @Override
    public boolean works() {
        return model.computes();
    }
}
