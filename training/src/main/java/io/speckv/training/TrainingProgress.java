package io.speckv.training;

/**
 * Where a run stands between two steps. A resumed run needs this and a {@link io.speckv.training.torch.TrainingState}, and
 * nothing else.
 *
 * @param seen tokens trained on
 * @param level index of the current length
 * @param seenBeforeLevel tokens trained on when this length began
 * @param copyingLoss running mean of the copying loss in nats
 */
record TrainingProgress(long seen, int level, long seenBeforeLevel, double copyingLoss) {
    /** More than the loss of any model: a model that knows nothing has the logarithm of its vocabulary as its loss. */
    private static final double COPYING_UNKNOWN = 10;

    /** Returns the beginning of a curriculum that starts at {@code level}. */
    static TrainingProgress beginning(int level) {
        return new TrainingProgress(0, level, 0, COPYING_UNKNOWN);
    }

    /** Returns the beginning of another curriculum with the same model, which copies as well as before. */
    TrainingProgress restarted(int atLevel) {
        return new TrainingProgress(0, atLevel, 0, copyingLoss);
    }

    TrainingProgress after(long tokens) {
        return new TrainingProgress(seen + tokens, level, seenBeforeLevel, copyingLoss);
    }

    TrainingProgress copied(double loss) {
        return new TrainingProgress(seen, level, seenBeforeLevel, 0.95 * copyingLoss + 0.05 * loss);
    }

    TrainingProgress advanced() {
        return new TrainingProgress(seen, level + 1, seen, copyingLoss);
    }
}
