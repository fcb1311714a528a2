package io.speckv.kit.telemetry;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Iterator;
import java.util.Locale;

/** The format of log lines. */
public enum LogFormat {
    /** For people, as in logback's configuration. */
    TEXT {
        @Override
        void applyTo(LoggerContext context) {}
    },
    /** For machines: one JSON object per line, as {@link JsonLines} writes it. */
    JSON {
        @Override
        void applyTo(LoggerContext context) {
            context.getLoggerList().forEach(logger -> {
                for (Iterator<Appender<ILoggingEvent>> all = logger.iteratorForAppenders(); all.hasNext(); ) {
                    if (all.next() instanceof ConsoleAppender<ILoggingEvent> console) {
                        JsonLines encoder = new JsonLines();
                        encoder.setContext(context);
                        encoder.start();
                        console.setEncoder(encoder);
                    }
                }
            });
        }
    };

    /** Makes every console of the context use this format from now on. */
    abstract void applyTo(LoggerContext context);

    /** Returns the format with the name in a settings file. */
    @JsonCreator
    static LogFormat of(String text) {
        for (LogFormat format : values()) {
            if (format.name().toLowerCase(Locale.ROOT).equals(text)) {
                return format;
            }
        }
        throw new IllegalArgumentException("'" + text + "' is not a log format: write text or json");
    }
}
