package io.speckv.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.training.torch.TrainingGraph;
import java.io.IOException;

/**
 * What a training loop teaches. It depends only on the number of updates and the progress, so that a resumed run continues
 * as if it had not stopped.
 */
interface Lessons {
    /** Returns the number of tokens to train on, and the course of the learning rate over them. */
    RateSchedule schedule();

    /** Returns the number of steps between two measurements. */
    int stepsBetweenMeasures();

    /**
     * Teaches one batch: adds its gradient to the model's gradients.
     *
     * @return the progress after the batch
     */
    TrainingProgress teach(TrainingGraph graph, TrainingProgress progress);

    /**
     * Adds the figures of the last steps to a line of the log.
     *
     * @return the same figures in words
     */
    String report(TrainingProgress progress, ObjectNode line);

    /** Measures what was learned, and adds the figures to a line of the log. */
    Measured measure(TrainingGraph graph, TrainingProgress progress, ObjectNode line) throws IOException;

    /**
     * The result of a measurement.
     *
     * @param told the figures in words
     * @param progress the progress from which the run continues
     */
    record Measured(String told, TrainingProgress progress) {}
}
