package io.speckv.kit.settings;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.speckv.kit.telemetry.Metric;
import io.speckv.kit.telemetry.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes up a changed settings file. Confined to one thread. */
public final class SettingsWatch<T> {
    private static final Logger LOG = LoggerFactory.getLogger(SettingsWatch.class);
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("speckv.reload.outcome");

    private final SettingsSource<T> source;
    private final Path file;
    private final Consumer<T> use;
    private final Metrics metrics;
    private byte[] seen;
    private String complaint = "";

    /**
     * Watches a file whose settings are in use.
     *
     * @param use takes up new settings; throws {@link SettingsException} where it cannot, and then goes on with the old ones
     * @throws SettingsException if the file cannot be read
     */
    public SettingsWatch(SettingsSource<T> source, Path file, Consumer<T> use, Metrics metrics) {
        this.source = source;
        this.file = file;
        this.use = use;
        this.metrics = metrics;
        try {
            this.seen = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new SettingsException("cannot read settings file " + file + ": " + e, e);
        }
        for (String outcome : new String[] {"used", "refused"}) {
            metrics.add(Metric.SETTINGS_RELOADS, 0, Attributes.of(OUTCOME, outcome));
        }
    }

    /**
     * Takes up a changed file. Never throws: one that cannot be used is logged and counted once for each reason, the old settings
     * stay, and it is tried again next time.
     */
    public void look() {
        try {
            byte[] now = Files.readAllBytes(file);
            if (Arrays.equals(now, seen)) {
                complaint = "";
                return;
            }
            use.accept(source.load().value());
            seen = now;
            complaint = "";
            LOG.atInfo().addKeyValue("file", file).log("changed settings file used");
            count("used");
        } catch (IOException | RuntimeException e) {
            complain(e);
        }
    }

    private void complain(Exception e) {
        String why = e instanceof SettingsException ? String.valueOf(e.getMessage()) : e.toString();
        if (!why.equals(complaint)) {
            complaint = why;
            LOG.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("cause", why)
                    .log("changed settings file not used, the old settings stay");
            count("refused");
        }
    }

    private void count(String outcome) {
        metrics.add(Metric.SETTINGS_RELOADS, 1, Attributes.of(OUTCOME, outcome));
    }
}
