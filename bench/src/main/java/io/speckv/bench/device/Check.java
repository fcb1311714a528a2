package io.speckv.bench.device;

import java.io.IOException;
import java.util.Map;

/** One check of a device. */
interface Check {
    /** Returns its name in a few words. */
    String name();

    /**
     * Returns the findings if the results were right.
     *
     * @throws WrongResultException if they were wrong
     */
    Seen run() throws IOException;

    /**
     * The findings of a check.
     *
     * @param sentence for a person
     * @param figures for a file, by name
     */
    record Seen(String sentence, Map<String, Object> figures) {}
}
