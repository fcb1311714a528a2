package io.speckv.kit.telemetry;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The address of the metrics cannot be listened on. */
public final class MetricsPortException extends UncheckedIOException {
    private static final long serialVersionUID = 1;

    MetricsPortException(String message, IOException cause) {
        super(message, cause);
    }
}
