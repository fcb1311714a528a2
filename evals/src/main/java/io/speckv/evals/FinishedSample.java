package io.speckv.evals;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One answered sample, a line of the journal.
 *
 * @param setting method and budget it was answered with
 * @param task name of the task
 * @param length length that the prompt was made for
 * @param index place among the samples of its task and length
 * @param seed seed it was drawn from
 * @param checksum checksum of the prompt
 * @param score score of the answer, 0 to 1
 * @param obedience 1 if the answer has the form asked for, else 0; null where none is, and in journals older than it
 * @param generated the answer and what it took
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

    /** What makes two runs of a sample the same. */
    record Key(Setting setting, String task, int length, int index, long seed, long checksum) {
        static Key of(Setting setting, EvalSample sample) {
            return new Key(setting, sample.task(), sample.length(), sample.index(), sample.seed(), sample.checksum());
        }
    }

    Key key() {
        return new Key(setting, task, length, index, seed, checksum);
    }
}
