package io.speckv.enginetarget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engineclient.EngineClient;
import io.speckv.engineclient.EngineConnection;
import io.speckv.enginetarget.TokenizerBattery.Outcome;
import io.speckv.enginetarget.dialect.Dialects;
import io.speckv.enginetarget.dialect.EngineFacts;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An engine's tokenizer beside ours. Bodies have single quotes. */
class TokenizerBatteryTest {
    private static final String FIRST = "The quick brown fox jumps over the lazy dog.";

    private final ScriptedEngine engine = new ScriptedEngine();
    private final Tokenizer tokenizer = Tokenizer.open(ScriptedEngine.MODEL);

    @AfterEach
    void close() {
        engine.close();
        tokenizer.close();
    }

    private Outcome compare(String kind) throws IOException {
        EngineClient client = new EngineClient(new EngineConnection(engine.url(), null, null, Duration.ofSeconds(30)));
        KnownEngine known =
                new KnownEngine(Dialects.of(kind).orElseThrow(), new EngineFacts(kind, "", "m", "", 100, 0));
        return new TokenizerBattery(client, tokenizer).compare(known);
    }

    private void tokenizesAs(int status, String body) {
        engine.on("/tokenize", (request, wire) -> wire.json(status, body.replace('\'', '"')));
    }

    @ParameterizedTest
    @ValueSource(strings = {"vllm", "sglang", "llama-cpp"})
    void anEngineWithOurTokenizerIsToldSo(String kind) throws IOException {
        assertThat(compare(kind))
                .isInstanceOfSatisfying(
                        Outcome.Same.class, same -> assertThat(same.texts()).isEqualTo(engine.asked.size()));
    }

    @Test
    void controlTokensAreAmongTheTexts() throws IOException {
        var unused = compare("vllm");
        String some = tokenizer.specialTokens().keySet().iterator().next();

        assertThat(engine.asked)
                .extracting(asked -> asked.json().path("prompt").asText())
                .contains("a" + some + "b")
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tensorrt-llm", "openai"})
    void anEngineThatDoesNotTokenizeAloneIsNotAsked(String kind) throws IOException {
        assertThat(compare(kind)).isEqualTo(new Outcome.Unknown("engines of kind " + kind + " do not tokenize alone"));
        assertThat(engine.asked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        404 | {'detail': 'Not Found'} | the engine has no /tokenize
        501 | {'error': 'no'}         | the engine answers /tokenize with status 501
        403 | {'error': 'no'}         | the engine answers /tokenize with status 403
        200 | {'count': 3}            | the engine answers /tokenize without tokens
        200 | {'tokens': 'a b'}       | the engine answers /tokenize without tokens
        200 | <html>                  | the engine answers /tokenize without tokens
        """)
    void anEngineThatGivesNoTokensIsUnknown(int status, String body, String why) throws IOException {
        tokenizesAs(status, body);

        assertThat(compare("vllm")).isEqualTo(new Outcome.Unknown(why));
    }

    /** Else one bad moment would let another model's engine in for good. */
    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503, 504})
    void anEngineThatIsBusyIsAskedAgainLater(int status) {
        tokenizesAs(status, "{'error': 'later'}");

        assertThatThrownBy(() -> compare("vllm"))
                .isInstanceOf(IOException.class)
                .hasMessage("it answers /tokenize with status " + status);
    }

    @Test
    void theFirstTextThatDiffersIsShownInBothTokenizers() throws IOException {
        tokenizesAs(200, "{'tokens': [1, 2, 3]}");
        int[] ours = tokenizer.encode(FIRST, SpecialTokens.EXCLUDED).ids();

        assertThat(compare("vllm"))
                .isEqualTo(new Outcome.Different(
                        "'%s' is [1, 2, 3] there and %s by our tokenizer".formatted(FIRST, shown(ours))));
    }

    private static String shown(int[] ids) {
        return ids.length <= 12
                ? Arrays.toString(ids)
                : Arrays.toString(Arrays.copyOf(ids, 12)) + " and " + (ids.length - 12) + " more";
    }

    @Test
    void ofManyTokensTheFirstTwelveAreShown() throws IOException {
        tokenizesAs(
                200,
                IntStream.range(0, 15)
                        .mapToObj(String::valueOf)
                        .collect(Collectors.joining(",", "{'tokens': [", "]}")));

        assertThat(compare("vllm")).asString().contains("is [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] and 3 more there");
    }

    /** A token that is no number would else be token 0. */
    @ParameterizedTest
    @ValueSource(strings = {"'a'", "null", "{'id': 3}", "1.5"})
    void whatIsNoTokenIdIsNotReadAsOne(String id) throws IOException {
        tokenizesAs(200, "{'tokens': [" + id + "]}");

        assertThat(compare("vllm"))
                .isEqualTo(new Outcome.Unknown("the engine answers /tokenize with a token that is no id: "
                        + id.replace('\'', '"').replace(": 3", ":3")));
    }

    @Test
    void anEngineThatBreaksOffIsNotCompared() {
        engine.on("/tokenize", (request, wire) -> wire.cut());

        assertThatThrownBy(() -> compare("vllm")).isInstanceOf(IOException.class);
    }

    @Test
    void whoIsInterruptedWaitsNoLongerAndLeavesTheEngineAlone() {
        CompletableFuture<io.speckv.engineclient.EngineReply> never = new CompletableFuture<>();
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> TokenizerBattery.await(never)).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).as("it stays interrupted").isTrue();
        assertThat(never).isCancelled();
    }

    @Test
    void aFailureOfAnotherKindIsAnIoExceptionToo() {
        IllegalStateException odd = new IllegalStateException("odd");

        assertThatThrownBy(() -> TokenizerBattery.await(CompletableFuture.failedFuture(odd)))
                .isInstanceOf(IOException.class)
                .hasRootCause(odd);
    }
}
