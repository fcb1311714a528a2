package io.speckv.enginetarget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.kit.admission.QueueSettings;
import io.speckv.kit.settings.SettingsException;
import io.speckv.kit.stream.StreamSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineTargetSettingsTest {
    private static EngineTargetSettings load(String... flags) {
        List<String> all = new ArrayList<>(List.of("--engine.url=http://localhost:8000", "--tokenizer=model"));
        all.addAll(List.of(flags));
        return EngineTargetSettings.loader().load(null, Map.of(), all).value();
    }

    @Test
    void readsTheExampleFile() {
        Path example = Path.of(System.getProperty("speckv.golden")).resolveSibling("docs/examples/engine-target.yaml");
        EngineTargetSettings settings =
                EngineTargetSettings.loader().load(example, Map.of(), List.of()).value();

        assertThat(settings.engine().url()).isEqualTo("http://localhost:8000");
        assertThat(settings.queue()).isEqualTo(load().queue());
    }

    @Test
    void defaults() {
        EngineTargetSettings settings = load();

        assertThat(settings.server().port()).isEqualTo(9002);
        assertThat(settings.engine().setDialect()).isEmpty();
        assertThat(settings.engine().keyFile()).isNull();
        assertThat(settings.name()).isNull();
        assertThat(settings.limits().contextTokens()).isNull();
        assertThat(settings.patience().firstToken(1000)).isEqualTo(Duration.ofSeconds(130));
    }

    @Test
    void everyKeyCanBeSet() {
        EngineTargetSettings settings = load(
                "--engine.url=https://engine.example:8443/base",
                "--engine.dialect=sglang",
                "--engine.model=m",
                "--engine.key-file=key",
                "--engine.trusted-certificates=ca.pem",
                "--engine.connect-timeout=1s",
                "--engine.look-every=2s",
                "--name=n",
                "--patience.first-token=3s",
                "--patience.per-prompt-token=1ms",
                "--patience.between-tokens=4s",
                "--limits.prompt-tokens=5",
                "--limits.new-tokens=6",
                "--limits.context-tokens=7",
                "--queue.running=8",
                "--queue.requests=9",
                "--queue.prompt-tokens=10",
                "--streams.outbox-messages=11",
                "--streams.slow-consumer-timeout=12s");

        assertThat(settings.engine().setDialect())
                .hasValueSatisfying(dialect -> assertThat(dialect.kind()).isEqualTo("sglang"));
        assertThat(settings.limits()).isEqualTo(new EngineTargetSettings.Limits(5, 6, 7));
        assertThat(settings.queue()).isEqualTo(new QueueSettings(8, 9, 10));
        assertThat(settings.streams()).isEqualTo(new StreamSettings(11, Duration.ofSeconds(12)));
        assertThat(settings.patience())
                .isEqualTo(new Patience(Duration.ofSeconds(3), Duration.ofMillis(1), Duration.ofSeconds(4)));
    }

    @ParameterizedTest
    @CsvSource({
        "--engine.url=localhost:8000, must be that of a server",
        "--engine.url=http://user:secret@localhost/, key-file",
        "--engine.url=http://engine.example, open to the network",
        "--engine.url=http://127.example.org, open to the network",
        "--engine.dialect=tgi, auto or one of",
        "--limits.context-tokens=1, at least 2",
        "--limits.new-tokens=0, at least 1",
        "--patience.between-tokens=0s, at least 1ms",
        "--engine.connect-timeout=0s, at least 1ms",
        "--queue.running=0, at least 1",
    })
    void whatCannotBeIsRefused(String flag, String why) {
        assertThatThrownBy(() -> load(flag))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aNameOffThisMachineNeedsHttpsOrConsent() {
        assertThat(load("--engine.url=http://engine.example", "--engine.allow-plaintext=true")
                        .engine()
                        .url())
                .isEqualTo("http://engine.example");
        assertThat(load("--engine.url=http://[::1]:8000").engine().url()).isEqualTo("http://[::1]:8000");
    }
}
