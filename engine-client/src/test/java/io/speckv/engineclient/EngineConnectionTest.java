package io.speckv.engineclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EngineConnectionTest {
    private static EngineConnection to(String url) {
        return new EngineConnection(EngineConnection.address(url), null, null, Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:8000, http://localhost:8000/v1/models",
        "http://localhost:8000/, http://localhost:8000/v1/models",
        "https://engines.example/llama, https://engines.example/llama/v1/models",
        "https://engines.example/llama/, https://engines.example/llama/v1/models",
        "HTTP://[::1]:80, HTTP://[::1]:80/v1/models"
    })
    void routesFollowWhatTheAddressBeginsWith(String url, String route) {
        assertThat(to(url).route("/v1/models")).isEqualTo(URI.create(route));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:8000",
                "ftp://localhost",
                "http:/models",
                "http://localhost:8000?key=1",
                "http://localhost:8000#there",
                "//localhost",
                "models",
                "http://local host:8000"
            })
    void anAddressIsThatOfAServer(String url) {
        assertThatThrownBy(() -> to(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("url is " + url + ", must be that of a server, such as http://localhost:8000");
    }

    @Test
    void aKeyInTheAddressIsNotShown() {
        assertThatThrownBy(() -> to("http://user:secret@localhost:8000"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("key-file")
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT0.0009S"})
    void connectingTakesAMillisecondOrMore(Duration within) {
        assertThatThrownBy(() -> new EngineConnection(URI.create("http://localhost"), null, null, within))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("connect-timeout is " + within.toMillis() + "ms, must be at least 1ms");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://here:8000", "HTTP://here", "https://engines.example", "HTTPS://10.0.0.1"})
    void plaintextStaysOnThisMachine(String url) {
        assertThatCode(() -> to(url).requireNotOpenToTheNetwork("here"::equals)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://engines.example", "http://10.0.0.1:8000", "http://[fe80::1]:8000"})
    void plaintextToTheNetworkIsRefused(String url) {
        assertThatThrownBy(() -> to(url).requireNotOpenToTheNetwork("here"::equals))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("plaintext to " + url
                        + " would be open to the network: take https, or set allow-plaintext to true");
    }

    @Test
    void whoJudgesAHostGetsItAsItIsWritten() {
        List<String> judged = new ArrayList<>();
        to("http://[::1]:8000/v1").requireNotOpenToTheNetwork(judged::add);
        to("http://LocalHost").requireNotOpenToTheNetwork(judged::add);
        assertThat(judged).containsExactly("[::1]", "LocalHost");
    }
}
