package io.speckv.training;

import io.speckv.training.torch.AdamW;

/**
 * How the learning rate goes over a run: up, then along a cosine down to a floor, which it reaches with the last token.
 *
 * @param tokens to train on, over all steps
 * @param rate highest learning rate
 * @param warmup steps until it is reached
 * @param decayFrom share of {@code tokens} after which the rate falls
 * @param floor last learning rate as a share of the highest
 */
record RateSchedule(long tokens, double rate, int warmup, double decayFrom, double floor) {
    /** Returns the optimizer for the step after {@code steps}, with {@code seen} tokens trained on. */
    AdamW optimizer(int steps, long seen) {
        double progress = Math.min(1, (double) seen / tokens);
        double falling = Math.max(0, (progress - decayFrom) / (1 - decayFrom));
        double share = floor + (1 - floor) * (1 + Math.cos(Math.PI * falling)) / 2;
        double rising = Math.min(1, (steps + 1.0) / Math.max(1, warmup));
        return new AdamW(rate * rising * share, 0.9, 0.97, 0.05, 1);
    }
}
