package io.speckv.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.training.torch.TrainingGraph;
import java.io.IOException;

/**
 * What a loop learns. What is taught depends on the number of updates and the progress alone, so that a resumed run
 * continues as if it had not stopped.
 */
interface Lessons {
    /** Returns how many tokens are trained on, and how the learning rate goes over them. */
    RateSchedule schedule();

    /** Returns how many steps lie between two measures. */
    int stepsBetweenMeasures();

    /**
     * Teaches one batch: adds its gradient to those of the model.
     *
     * @return where the run stands after it
     */
    TrainingProgress teach(TrainingGraph graph, TrainingProgress progress);

    /**
     * Adds what is known of the last steps to a line of the log.
     *
     * @return the same in words
     */
    String report(TrainingProgress progress, ObjectNode line);

    /** Measures what was learned, and adds it to a line of the log. */
    Measured measure(TrainingGraph graph, TrainingProgress progress, ObjectNode line) throws IOException;

    /**
     * What a measure says.
     *
     * @param told the figures in words
     * @param progress where the run goes on
     */
    record Measured(String told, TrainingProgress progress) {}
}
