package io.speckv.kit.settings;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.speckv.kit.telemetry.Metric;
import io.speckv.kit.telemetry.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies a changed settings file. Confined to one thread, except for {@link #isRefused}. */
public final class SettingsWatch<T> {
    private static final Logger LOG = LoggerFactory.getLogger(SettingsWatch.class);
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("speckv.reload.outcome");

    private final SettingsSource<T> source;
    private final Path file;
    private final Consumer<T> use;
    private final Metrics metrics;
    private T used;
    private @Nullable String usedText;
    private @Nullable String lastText;
    private volatile String complaint = "";

    /**
     * Watches a file whose settings are in use. The first look compares the file with these settings, so a change since they
     * were read is found too.
     *
     * @param used the settings that the file gave
     * @param use applies new settings; throws {@link SettingsException} if it cannot, and then keeps the old ones
     */
    public SettingsWatch(SettingsSource<T> source, Path file, T used, Consumer<T> use, Metrics metrics) {
        this.source = source;
        this.file = file;
        this.used = used;
        this.use = use;
        this.metrics = metrics;
        for (String outcome : new String[] {"used", "refused"}) {
            metrics.add(Metric.SETTINGS_RELOADS, 0, Attributes.of(OUTCOME, outcome));
        }
        metrics.observe(Metric.SETTINGS_REFUSED, () -> isRefused() ? 1 : 0);
    }

    /** Returns whether the file cannot be used, so that older settings are in use. */
    boolean isRefused() {
        return !complaint.isEmpty();
    }

    /**
     * Applies a changed file once two looks in a row find the same content, because a file that is still being written may
     * be valid before it is complete. Never throws. A file that cannot be used is logged and counted once for each reason,
     * the old settings stay, and the next look tries again.
     */
    public void look() {
        try {
            String text = Files.readString(file);
            boolean settled = text.equals(lastText);
            lastText = text;
            if (text.equals(usedText)) {
                complaint = "";
            } else if (settled) {
                take(text);
                usedText = text;
                complaint = "";
            }
        } catch (IOException | RuntimeException e) {
            complain(e);
        }
    }

    private void take(String text) {
        T next = source.load(text).value();
        if (!next.equals(used)) {
            use.accept(next);
            used = next;
            LOG.atInfo().addKeyValue("file", file).log("changed settings file used");
            count("used");
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
