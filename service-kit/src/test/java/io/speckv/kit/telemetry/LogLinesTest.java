package io.speckv.kit.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
    void asJsonEveryEventIsOneObjectWithItsTrace() throws Exception {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>() {
            @Override
            public void start() {
                super.start();
                setOutputStream(lines);
            }
        };
        PatternLayoutEncoder text = new PatternLayoutEncoder();
        text.setContext(context);
        text.setPattern("%msg%n");
        text.start();
        console.setContext(context);
        console.setEncoder(text);
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(console);
        LogFormat.JSON.applyTo(context);
        console.start();
        context.setMDCAdapter(new LogbackMDCAdapter());
        context.getMDCAdapter().put("trace_id", "0af7");
        root.atInfo()
                .addKeyValue("tokens", 7)
                .addKeyValue("share", 0.5)
                .addKeyValue("exact", true)
                .addKeyValue("pool", "blue \"1\"")
                .addKeyValue("param", (Object) null)
                .addKeyValue("keys", List.of("http.port", "streams"))
                .log("answered\nwell");

        ObjectMapper json = new ObjectMapper();
        JsonNode event = json.readTree(lines.toString(StandardCharsets.UTF_8));
        assertThat(event.get("level").asText()).isEqualTo("INFO");
        assertThat(event.get("formattedMessage").asText()).isEqualTo("answered\nwell");
        assertThat(event.at("/mdc/trace_id").asText()).isEqualTo("0af7");
        assertThat(event.get("attributes"))
                .isEqualTo(json.readTree("{\"tokens\": 7, \"share\": 0.5, \"exact\": true,"
                        + " \"pool\": \"blue \\\"1\\\"\", \"param\": null, \"keys\": [\"http.port\", \"streams\"]}"));
        assertThat(event.has("kvpList")).isFalse();
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
