package io.speckv.router;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.speckv.router.pool.ModelDirectory;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

/** Two fine-tunes behind one name mix answers silently: the router's log says so. */
@Isolated // other routers set the process's log level
class UnequalPoolTest {
    private static final String UNEQUAL = "the pool's members are not equal: answers come from different models";

    private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();
    private final Logger directory = (Logger) LoggerFactory.getLogger(ModelDirectory.class);
    private final AppenderBase<ILoggingEvent> listener = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            events.add(event);
        }
    };

    @BeforeEach
    void listen() {
        listener.start();
        directory.addAppender(listener);
    }

    @AfterEach
    void stop() {
        directory.detachAppender(listener);
    }

    @Test
    void otherWeightsBehindOneNameAreLoggedWithBoth() {
        try (RouterRig rig = RouterRig.start("--target.channel.target=list:///TARGET,OTHER_TARGET")) {
            rig.target.weights = "weights-of-today";
            rig.otherTarget.weights = "weights-of-yesterday";

            RouterRig.await(
                    () -> values().stream()
                            .anyMatch(
                                    line -> line.contains("before=fake-target tokenizer %s weights weights-of-yesterday"
                                                    .formatted(rig.fingerprint))
                                            && line.contains("now=fake-target tokenizer %s weights weights-of-today"
                                                    .formatted(rig.fingerprint))),
                    "the log does not say that the members differ");
        }
    }

    /** What was said of unequal members, a line each of all key-value pairs. */
    private List<String> values() {
        return events.stream()
                .filter(event -> event.getMessage().equals(UNEQUAL))
                .map(event -> String.join(
                        " ",
                        event.getKeyValuePairs().stream()
                                .map(pair -> pair.key + "=" + pair.value)
                                .toList()))
                .toList();
    }
}
