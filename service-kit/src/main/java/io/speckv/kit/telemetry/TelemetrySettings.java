package io.speckv.kit.telemetry;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * What a process reports about its work. Meaning, unit and default of every key stand in {@link #DEFAULTS}.
 *
 * @param logFormat text or json
 * @param prometheusPort -1 for no endpoint
 */
public record TelemetrySettings(
        Level logLevel,
        LogFormat logFormat,
        @Nullable String otlpEndpoint,
        Duration otlpMetricInterval,
        double traceShare,
        String prometheusAddress,
        int prometheusPort) {

    /** Resource with the defaults, for {@code SettingsLoader.withDefaults}; they set the component named "telemetry". */
    public static final String DEFAULTS = "/io/speckv/kit/telemetry/defaults.yaml";

    public TelemetrySettings {
        if (!(traceShare >= 0 && traceShare <= 1)) {
            throw new IllegalArgumentException("trace-share is " + traceShare + ", must be 0 to 1");
        }
        if (prometheusPort < -1 || prometheusPort > 65535) {
            throw new IllegalArgumentException("prometheus-port is " + prometheusPort + ", must be -1 to 65535");
        }
    }
}
