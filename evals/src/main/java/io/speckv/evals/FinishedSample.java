package io.speckv.evals;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One answered sample, a line of the journal.
 *
 * @param setting method and budget it was answered with
 * @param task name of the task
 * @param length intended length of the prompt in tokens
 * @param index place among the samples of its task and length
 * @param seed seed it was drawn from
 * @param checksum checksum of the prompt
 * @param score score of the answer, 0 to 1
 * @param obedience 1 if the answer has the requested form, else 0; null if no form is requested, and in journals from before
 *     this field
 * @param generated the answer and its cost
 */
record FinishedSample(
        Setting setting,
        String task,
        int length,
        int index,
        long seed,
        long checksum,
        double score,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double obedience,
        Generator.Generated generated) {

    /** The identity of an answered sample. */
    record Key(Setting setting, String task, int length, int index, long seed, long checksum) {
        static Key of(Setting setting, EvalSample sample) {
            return new Key(setting, sample.task(), sample.length(), sample.index(), sample.seed(), sample.checksum());
        }
    }

    Key key() {
        return new Key(setting, task, length, index, seed, checksum);
    }
}
