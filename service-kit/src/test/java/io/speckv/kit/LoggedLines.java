package io.speckv.kit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** What a class, or all of a package, logs from now on. Levels are those of the whole process, so a test that uses it is isolated. */
public final class LoggedLines implements AutoCloseable {
    private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> listener = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            events.add(event);
        }
    };
    private final Logger logger;
    private final @Nullable Level before;

    private LoggedLines(String name, Level level) {
        logger = (Logger) LoggerFactory.getLogger(name);
        before = logger.getLevel();
        listener.start();
        logger.setLevel(level);
        logger.addAppender(listener);
    }

    /** Listens to a logger and those below it, from {@code level} on. */
    public static LoggedLines of(String name, Level level) {
        return new LoggedLines(name, level);
    }

    /** Returns the lines so far: level, message, then key=value pairs, and "with a trace" where an exception is logged. */
    public List<String> lines() {
        return events.stream().map(LoggedLines::line).toList();
    }

    private static String line(ILoggingEvent event) {
        String pairs = event.getKeyValuePairs() == null
                ? ""
                : event.getKeyValuePairs().stream()
                        .map(pair -> " " + pair.key + "=" + pair.value)
                        .collect(Collectors.joining());
        return event.getLevel() + " " + event.getFormattedMessage() + pairs
                + (event.getThrowableProxy() == null ? "" : " with a trace");
    }

    @Override
    public void close() {
        logger.detachAppender(listener);
        logger.setLevel(before);
    }
}
