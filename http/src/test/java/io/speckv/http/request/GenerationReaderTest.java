package io.speckv.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.http.json.JsonFields;
import io.speckv.kit.wire.MethodSettings;
import io.speckv.proto.v1.ExplainRequest;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.GenerateRequest;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenerationReaderTest {
    private static final String HELLO = "'messages': [{'role': 'user', 'content': 'hi'}]";

    private static Generation chat(String fields) {
        return GenerationReader.chat(QuotedJson.request("{" + HELLO + fields + "}"));
    }

    private static Generation completion(String fields) {
        return GenerationReader.completion(QuotedJson.request("{" + fields + "}"));
    }

    @Test
    void choicesOfOnePromptAreNeighboursAndEachHasDrawsOfItsOwn() {
        Generation generation = completion("'prompt': ['a', 'b'], 'n': 2, 'seed': 7");

        assertThat(generation.prompts()).isEqualTo(2);
        assertThat(generation.requests())
                .extracting(request ->
                        request.getPrompt().getText() + request.getSampling().getSeed())
                .containsExactly("a7", "a8", "b7", "b8");
    }

    @Test
    void withoutASeedTheDrawsAreTheTargets() {
        assertThat(completion("'prompt': 'a', 'n': 2").requests())
                .extracting(request -> request.getSampling().hasSeed())
                .containsExactly(false, false);
    }

    @Test
    void alternativesOfAChatAreAskedForBesideTheLogProbability() {
        assertThat(chat("").requests().get(0).getSampling().hasTopLogprobs()).isFalse();
        assertThat(chat(", 'logprobs': true").requests().get(0).getSampling().getTopLogprobs())
                .isZero();
        assertThat(chat(", 'logprobs': true").requests().get(0).getSampling().hasTopLogprobs())
                .isTrue();
        assertThat(chat(", 'logprobs': true, 'top_logprobs': 20")
                        .requests()
                        .get(0)
                        .getSampling()
                        .getTopLogprobs())
                .isEqualTo(20);
        assertThat(completion("'prompt': 'a', 'logprobs': 3")
                        .requests()
                        .get(0)
                        .getSampling()
                        .getTopLogprobs())
                .as("a completion's is a number")
                .isEqualTo(3);
    }

    @Test
    void optionsOfTheEngineAndOfTheRouterReachEveryChoice() {
        for (GenerateRequest request : completion("'prompt': 'a', 'n': 2, 'model': 'tiny', 'priority': -5,"
                        + " 'cache_salt': 's', 'speckv': {'method': 'speckv', 'preset': 'paper', 'fallback': 'ngram',"
                        + " 'continue_drafting': true, 'settings': {'window_size': 8},"
                        + " 'report': {'kept_positions': true, 'kv_positions': false}}")
                .requests()) {
            assertThat(request.getModel()).isEqualTo("tiny");
            assertThat(request.getEngine().getPriority()).isEqualTo(-5);
            assertThat(request.getEngine().getCacheSalt()).isEqualTo("s");
            assertThat(request.getMethod().getName()).isEqualTo("speckv");
            assertThat(request.getFallback()).isEqualTo(FallbackPolicy.FALLBACK_POLICY_NGRAM);
            assertThat(request.getContinueDrafting()).isTrue();
            assertThat(request.getReport().getKeptPositions()).isTrue();
            assertThat(request.getReport().getKvPositions()).isFalse();
            assertThat(MethodSettings.toMap(request.getMethod()))
                    .isEqualTo(Map.of("window_size", 8, "preset", "paper"));
        }
    }

    @Test
    void usageEndsAStreamThatAsksForIt() {
        assertThat(chat(", 'stream': true, 'stream_options': {'include_usage': true}")
                        .usage())
                .isTrue();
        assertThat(chat(", 'stream': true, 'stream_options': {}").usage()).isFalse();
        assertThat(chat(", 'stream': true, 'stream_options': null").usage()).isFalse();
        assertThat(chat(", 'stream': true").usage()).isFalse();
    }

    @Test
    void whatIsExplainedIsAChatOrATextAsForAnAnswer() {
        ExplainRequest chat = GenerationReader.explain(QuotedJson.request("{" + HELLO
                + ", 'model': 'tiny', 'max_tokens': 9, 'speckv': {'method': 'speckv', 'protect': 'none'}}"));

        assertThat(chat.getPrompt().getChat().getMessages(0).getContent()).isEqualTo("hi");
        assertThat(chat.getModel()).isEqualTo("tiny");
        assertThat(chat.getMaxNewTokens()).isEqualTo(9);
        assertThat(chat.getMethod().getName()).isEqualTo("speckv");
        assertThat(chat.hasProtection()).isTrue();
        assertThat(GenerationReader.explain(QuotedJson.request("{'prompt': [5, 6]}"))
                        .getPrompt()
                        .getTokenIds()
                        .getIdsList())
                .isEqualTo(List.of(5, 6));
    }

    @Test
    void whatIsCountedIsTheSamePrompt() {
        assertThat(GenerationReader.count(QuotedJson.request("{'prompt': 'a', 'model': 'tiny'}"))
                        .getModel())
                .isEqualTo("tiny");
        assertThat(GenerationReader.count(QuotedJson.request("{" + HELLO + "}"))
                        .getPrompt()
                        .hasChat())
                .isTrue();
    }

    private static Consumer<JsonFields> reader(String of) {
        return switch (of) {
            case "chat" -> GenerationReader::chat;
            case "completion" -> GenerationReader::completion;
            case "explain" -> GenerationReader::explain;
            default -> GenerationReader::count;
        };
    }

    @ParameterizedTest(name = "{0} of {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        completion | {'prompt': 'a', 'n': 0}                                | n is 0, must be 1 to 32
        completion | {'prompt': ['a', 'b'], 'n': 17}                        | prompt has 2 prompts with 17 choices each, must have at most 32 choices in all
        completion | {'prompt': 'a', 'logprobs': 21}                        | logprobs is 21, must be 0 to 20
        completion | {'prompt': 'a', 'logprobs': true}                      | logprobs must be a whole number, not true or false
        completion | {'prompt': 'a', 'tools': [{}]}                         | tools is not supported: send a chat
        completion | {}                                                     | prompt is missing
        completion | {'prompt': 'a', 'priority': 3000000000}                | priority is 3000000000, must be -2147483648 to 2147483647
        completion | {'prompt': 'a', 'stream_options': {}}                  | stream_options needs stream to be true
        completion | {'prompt': 'a', 'speckv': {'protect': 'structure', 'fallback': 'none'}} | speckv.fallback is 'none', must be full, snapkv, ngram or fail
        explain    | {'prompt': ['a', 'b']}                                 | prompt has 2 prompts; one per request is supported here
        explain    | {'prompt': 'a', 'speckv': {'window': 8}}               | speckv.window is not known, must be one of [method, preset, settings, fallback, continue_drafting, report, protect, turns, recent_tokens, stream_tool_arguments]; what a method is set to stands in speckv.settings
        explain    | {'prompt': 'a', 'max_tokens': 0}                       | max_tokens is 0, must be at least 1
        explain    | {'prompt': 'a', 'documents': ['d']}                    | documents is not supported
        count      | {'prompt': ['a', 'b']}                                 | prompt has 2 prompts; one per request is supported here
        count      | {'prompt': 'a', 'instructions': 'b'}                   | instructions is not supported: send them as a system message
        count      | {}                                                     | prompt is missing
        count      | {HELLO, 'functions': [{'name': 'f'}]}                  | functions is not supported: offer them as tools
        count      | {HELLO, 'function_call': {'name': 'f'}}                | function_call is not supported: use tools and tool_choice
        explain    | {HELLO, 'functions': [{'name': 'f'}]}                  | functions is not supported: offer them as tools
        explain    | {HELLO, 'function_call': {'name': 'f'}}                | function_call is not supported: use tools and tool_choice
        explain    | {HELLO, 'speckv': {'settings': {'seed': 9007199254740993}}} | speckv.settings has the whole number 9007199254740993, must have none beyond 2^53 from 0: send it as a string
        """)
    void whatIsWrongIsNamedWithWhatWouldBeRight(String of, String request, String message) {
        assertThat(QuotedJson.refusal(request.replace("HELLO", HELLO), reader(of)))
                .isEqualTo(message);
    }
}
