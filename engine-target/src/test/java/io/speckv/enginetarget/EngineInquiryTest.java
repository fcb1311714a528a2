package io.speckv.enginetarget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engineclient.EngineClient;
import io.speckv.engineclient.EngineConnection;
import io.speckv.enginetarget.dialect.Dialect;
import io.speckv.enginetarget.dialect.Dialects;
import io.speckv.enginetarget.dialect.EngineFacts;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What engines say of themselves, and what is made of it. Bodies have single quotes. */
class EngineInquiryTest {
    private final ScriptedEngine engine = new ScriptedEngine();

    @AfterEach
    void close() {
        engine.close();
    }

    private KnownEngine ask(@Nullable String kind, @Nullable String model, @Nullable Integer context) throws Exception {
        Optional<Dialect> set = kind == null ? Optional.empty() : Dialects.of(kind);
        EngineClient client = new EngineClient(new EngineConnection(engine.url(), null, null, Duration.ofSeconds(30)));
        return new EngineInquiry(client, set, model, context).ask();
    }

    private void on(String path, int status, String body) {
        engine.on(path, (request, wire) -> wire.json(status, body.replace('\'', '"')));
    }

    private void lists(String models) {
        on("/v1/models", 200, "{'data': [" + models + "]}");
    }

    private static String vllm(String id, int context) {
        return "{'id': '%s', 'owned_by': 'vllm', 'max_model_len': %d}".formatted(id, context);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        503 | {'error': {'message': 'Loading model'}} | status 503, Loading model
        503 | {'error': 'Loading model'}              | status 503, Loading model
        503 | {'message': 'Loading model'}            | status 503, Loading model
        500 | <html>                                  | status 500, no reason is given
        503 | {'error': {'message': null}}            | status 503, no reason is given
        503 | {'error': {'message': 'first line\\nsecond line'}} | status 503, first line
        """)
    void anEngineThatIsNotReadyIsQuoted(int status, String body, String told) {
        lists(vllm("m", 100));
        on("/health", status, body);
        assertThatThrownBy(() -> ask(null, null, null))
                .isInstanceOf(EngineNotReadyException.class)
                .hasMessage("the engine says of its health: " + told);

        on("/health", 200, "");
        on("/v1/models", status, body);
        assertThatThrownBy(() -> ask(null, null, null))
                .isInstanceOf(EngineNotReadyException.class)
                .hasMessage("the engine answers /v1/models with: " + told);
    }

    @Test
    void anEngineWithoutARouteForItsHealthIsAskedAllTheSame() throws Exception {
        on("/health", 404, "{'detail': 'Not Found'}");
        lists(vllm("m", 100));

        assertThat(ask(null, null, null).facts().model()).isEqualTo("m");
    }

    @Test
    void theFirstModelIsTakenUnlessAnotherIsWanted() throws Exception {
        lists(vllm("first", 100) + ", " + vllm("second", 200));

        assertThat(ask(null, null, null).facts().model()).isEqualTo("first");
        assertThat(ask(null, "second", null).facts().model()).isEqualTo("second");
    }

    @Test
    void aModelIsFoundByItsAliasAndCalledByItsName() throws Exception {
        lists(vllm("first", 100) + ", {'id': 'second', 'owned_by': 'vllm', 'max_model_len': 9, 'aliases': ['x', 'y']}");

        assertThat(ask(null, "y", null).facts().model()).isEqualTo("second");
    }

    @Test
    void aModelThatIsNotListedIsNamedBesideThoseThatAre() {
        lists(vllm("first", 100) + ", " + vllm("second", 200));
        assertThatThrownBy(() -> ask(null, "third", null))
                .isInstanceOf(EngineNotReadyException.class)
                .hasMessage("the engine does not list engine.model third, but: first, second");

        lists("");
        assertThatThrownBy(() -> ask(null, null, null))
                .isInstanceOf(EngineNotReadyException.class)
                .hasMessage("the engine lists no model");
    }

    @Test
    void theKindIsThatOfTheSettingsOrElseOfTheModelsOwner() throws Exception {
        lists(vllm("m", 100));

        assertThat(ask(null, null, null).dialect().kind()).isEqualTo("vllm");
        assertThat(ask("tensorrt-llm", null, null).dialect().kind()).isEqualTo("tensorrt-llm");
    }

    @Test
    void aFactThatTheEngineDoesNotTellIsUnknown() throws Exception {
        lists(vllm("m", 100));
        on("/version", 500, "{'version': '9'}");
        assertThat(ask(null, null, null).facts()).isEqualTo(new EngineFacts("vllm", "", "m", "", 100, 0));

        on("/version", 200, "{'version': '9'}");
        assertThat(ask(null, null, null).facts().version()).isEqualTo("9");
    }

    @ParameterizedTest
    @CsvSource({"100, , 100", "100, 60, 60", "100, 200, 100", "0, 200, 200"})
    void theContextIsTheShorterOfTheEnginesAndTheSettings(int engines, @Nullable Integer set, int context)
            throws Exception {
        lists(vllm("m", engines));

        assertThat(ask(null, null, set).facts().contextTokens()).isEqualTo(context);
    }

    @Test
    void anEngineThatTellsNoContextNeedsItSet() {
        lists("{'id': 'm', 'owned_by': 'acme'}");

        assertThatThrownBy(() -> ask(null, null, null))
                .isInstanceOf(EngineNotReadyException.class)
                .hasMessage("engines of kind openai do not say how long their context is: set limits.context-tokens");
    }

    @Test
    void anEngineThatBreaksOffCannotBeReached() {
        engine.on("/health", (request, wire) -> wire.cut());

        assertThatThrownBy(() -> ask(null, null, null)).isInstanceOf(IOException.class);
    }
}
