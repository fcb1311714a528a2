package io.speckv.bench.device;

import java.io.IOException;
import java.util.Map;

/** One question about a device. */
interface Check {
    /** Returns its name, a few words. */
    String name();

    /**
     * Returns what was seen where it was right.
     *
     * @throws WrongResultException where it was not
     */
    Seen run() throws IOException;

    /**
     * What a check saw.
     *
     * @param sentence for a person
     * @param figures for a file, by name
     */
    record Seen(String sentence, Map<String, Object> figures) {}
}
