package io.speckv.evals.training;

/**
 * Where a run stands between two steps; with {@link io.speckv.engine.torch.TrainingState}, all a resumed run needs.
 *
 * @param seen tokens trained on
 * @param level index of the current length
 * @param seenBeforeLevel tokens trained on when this length began
 * @param copyingLoss running mean of the copying loss in nats
 */
record Progress(long seen, int level, long seenBeforeLevel, double copyingLoss) {
    static final Progress START = new Progress(0, 0, 0, 10);

    Progress after(long tokens) {
        return new Progress(seen + tokens, level, seenBeforeLevel, copyingLoss);
    }

    Progress copied(double loss) {
        return new Progress(seen, level, seenBeforeLevel, 0.95 * copyingLoss + 0.05 * loss);
    }

    Progress advanced() {
        return new Progress(seen, level + 1, seen, copyingLoss);
    }
}
