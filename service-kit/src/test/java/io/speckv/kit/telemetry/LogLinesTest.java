package io.speckv.kit.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The services' own configuration, whose appenders stand in a file that it shares with the command line's. */
class LogLinesTest {
    private final LoggerContext context = new LoggerContext();

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void whatServicesLogHasItsLinesAndWhatTheExporterLogsHasShorterOnes() throws JoranException {
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(Objects.requireNonNull(LogLinesTest.class.getResource("/logback.xml")));

        assertThat(context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("stderr"))
                .isNotNull();
        Logger exporter = context.getLogger("io.opentelemetry");
        assertThat(exporter.getAppender("one-line")).isNotNull();
        assertThat(exporter.isAdditive()).isFalse();
    }
}
