package io.speckv.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.cli.options.WrongInputException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class ServedEngineArgumentsTest {
    @Command(name = "measures")
    private static final class Measures {
        @Mixin
        ServedEngineArguments engine = new ServedEngineArguments();
    }

    private static ServedEngineArguments given(String... arguments) {
        return CommandLine.populateCommand(new Measures(), arguments).engine;
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:8000", "https://engine.example", "HTTP://[::1]:8000/v1/"})
    void anEngineIsNamedByTheAddressOfItsServer(String url) {
        assertThat(given("--engine", url).address()).contains(URI.create(url));
    }

    @Test
    void noEngineIsNoAddressAndNothingToOpen() throws Exception {
        assertThat(given().address()).isEmpty();
        assertThat(given().open()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost:8000", "ftp://x", "/v1", "http:///v1", "http://:x", "http://x?a=b", "http://x#a"})
    void whatIsNoServerIsToldWhatOneIs(String url) {
        ServedEngineArguments given = given("--engine", url);

        assertThatThrownBy(given::open)
                .isInstanceOf(WrongInputException.class)
                .hasMessage("--engine is '" + url + "'; it must be the URL of a server, such as http://localhost:8000");
    }

    @Test
    void aKeyHasAFileOfItsOwn() {
        assertThatThrownBy(() -> given("--engine", "http://me:secret@x").address())
                .isInstanceOf(WrongInputException.class)
                .hasMessage("--engine holds a user; write the engine's key into a file for --engine-key");
    }

    @Test
    void whatIsSaidOfAnEngineNeedsOne() {
        assertThatThrownBy(() -> given("--context-tokens", "4096").address())
                .isInstanceOf(WrongInputException.class)
                .hasMessageEndingWith("say something about an --engine, which is missing");
    }

    @ParameterizedTest
    @CsvSource({"2, 100", "100, 100"})
    void aPromptFitsBesideItsAnswer(int prompt, int longest) {
        assertThatCode(() -> ServedEngineArguments.requireRoom(new int[] {50, prompt}, longest))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"1, 100", "101, 100"})
    void orIsRefusedWithTheRoomThatThereIs(int prompt, int longest) {
        assertThatThrownBy(() -> ServedEngineArguments.requireRoom(new int[] {50, prompt}, longest))
                .isInstanceOf(WrongInputException.class)
                .hasMessage("--prompt is " + prompt + ", must be 2 to 100, which the engine's context has room for");
    }
}
