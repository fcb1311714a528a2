package io.speckv.bench.device;

import java.util.Map;

/**
 * How one check of a device ended.
 *
 * @param sentence what was seen, or what was wrong
 * @param figures by name; empty unless the check passed
 */
public record CheckResult(String name, Outcome outcome, String sentence, Map<String, Object> figures, double seconds) {
    /** How a check can end. */
    public enum Outcome {
        /** What was computed is right. */
        PASSED,
        /** The device has not what the check asks for, and the engine said so in a sentence. */
        REFUSED,
        /** Something else was computed, or nothing. */
        FAILED
    }
}
