package io.speckv.bench.device;

import java.util.Map;

/**
 * The result of one check of a device.
 *
 * @param sentence the finding, or what was wrong
 * @param figures by name; empty unless the check passed
 */
public record CheckResult(String name, Outcome outcome, String sentence, Map<String, Object> figures, double seconds) {
    /** How a check can end. */
    public enum Outcome {
        /** The results are right. */
        PASSED,
        /** The device lacks a feature that the check needs, and the engine said so. */
        REFUSED,
        /** The results are wrong, or there are none. */
        FAILED
    }
}
