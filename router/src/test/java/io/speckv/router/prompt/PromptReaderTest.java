package io.speckv.router.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Context;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.Chat;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.TokenIds;
import io.speckv.router.RouterRig;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prompts of a model of bytes that has no chat template. {@link ChatReaderTest} has chats. */
class PromptReaderTest {
    private static final int VOCABULARY = 264;
    private static final PromptLimit TEN = new PromptLimit(10, "the target takes");

    private final Tokenizer tokenizer = Tokenizer.open(RouterRig.MODEL);
    private final PromptReader reader = new PromptReader(tokenizer, null);

    @AfterEach
    void close() {
        tokenizer.close();
    }

    private PromptTokens read(Prompt.Builder prompt) {
        try (OpenPrompt open = reader.open(prompt.build(), false)) {
            return reader.read(open, VOCABULARY, TEN);
        }
    }

    private static Prompt.Builder text(String text) {
        return Prompt.newBuilder().setText(text);
    }

    private static Prompt.Builder ids(Integer... ids) {
        return Prompt.newBuilder().setTokenIds(TokenIds.newBuilder().addAllIds(List.of(ids)));
    }

    private static RequestException refusal(Supplier<?> work) {
        try {
            throw new AssertionError("it was taken: " + work.get());
        } catch (RequestException e) {
            return e;
        }
    }

    @Test
    void aTextIsItsTokensWithTheirPlaces() {
        PromptTokens prompt = read(text("hi!").setAddSpecialTokens(false));

        assertThat(prompt.ids()).containsExactly('h', 'i', '!');
        assertThat(Objects.requireNonNull(prompt.encoding()).starts()).containsExactly(0, 1, 2);
        assertThat(prompt.chat()).isNull();
    }

    @Test
    void idsAreTakenAsTheyAreWithoutAText() {
        PromptTokens prompt = read(ids(7, 263));

        assertThat(prompt.ids()).containsExactly(7, 263);
        assertThat(prompt.encoding()).isNull();
    }

    @Test
    void theTokensAroundATextAreThereUnlessTheyAreNotWanted() {
        int[] framed = read(text("hi")).ids();

        assertThat(framed)
                .endsWith('h', 'i')
                .isEqualTo(read(text("hi").setAddSpecialTokens(true)).ids());
        assertThat(read(text("hi").setAddSpecialTokens(false)).ids()).containsExactly('h', 'i');
    }

    /** Whoever sends a user's text must not have its spelling of a control token obeyed. */
    @ParameterizedTest
    @CsvSource({"0, false", "1, false", "2, true"})
    void aSpelledControlTokenIsTextUnlessTheRequestSaysOtherwise(int rule, boolean control) {
        String spelled = tokenizer.specialTokens().keySet().iterator().next();
        int[] read = read(text(spelled).setAddSpecialTokens(false).setControlTokenRuleValue(rule))
                .ids();

        assertThat(read.length == 1).isEqualTo(control);
        assertThat(tokenizer.decode(read, SpecialTokens.INCLUDED)).isEqualTo(spelled);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        NONE    | FIELD_INVALID      | prompt is missing: set text, chat or token_ids
        EMPTY   | FIELD_INVALID      | prompt is empty, must have at least 1 token
        NO_IDS  | FIELD_INVALID      | prompt is empty, must have at least 1 token
        UNKNOWN | TOKEN_OUT_OF_VOCAB | prompt.token_ids.ids[1] is 264, must be below the vocabulary size 264
        RULE    | FIELD_INVALID      | prompt.control_token_rule is 9, must be unset or one of CONTROL_TOKEN_RULE_AS_TEXT (1), CONTROL_TOKEN_RULE_AS_CONTROL (2)
        HALF    | FIELD_INVALID      | prompt.text cannot be tokenized: it is not valid Unicode
        CHAT    | FIELD_INVALID      | prompt.chat cannot be laid out: the model has no chat template that can be read, send text or token ids; the router's renderer can be an engine's
        """)
    void whatIsNoPromptIsNamed(Wrong wrong, FailureCode code, String message) {
        RequestException refused = refusal(() -> read(wrong.prompt.get()));

        assertThat(refused.code()).isEqualTo(code);
        assertThat(refused).hasMessage(message);
    }

    private enum Wrong {
        NONE(Prompt::newBuilder),
        EMPTY(() -> text("").setAddSpecialTokens(false)),
        NO_IDS(PromptReaderTest::ids),
        UNKNOWN(() -> ids(1, 264)),
        RULE(() -> text("hi").setControlTokenRuleValue(9)),
        HALF(() -> text("a\ud800b")),
        CHAT(() -> Prompt.newBuilder().setChat(Chat.getDefaultInstance()));

        @SuppressWarnings("ImmutableEnumChecker") // every prompt here is made by a lambda without state
        private final Supplier<Prompt.Builder> prompt;

        Wrong(Supplier<Prompt.Builder> prompt) {
            this.prompt = prompt;
        }
    }

    /** The limit itself is for whoever knows the method: a prompt that is shortened may be longer. */
    @Test
    void aPromptThatIsSoonCountedIsCountedToItsEnd() {
        assertThat(read(text("x".repeat(1000)).setAddSpecialTokens(false)).size())
                .isEqualTo(1000);
    }

    @Test
    void aTextFarBeyondTheLimitIsNotCountedToItsEnd() {
        RequestException refused = refusal(() -> read(text("x".repeat(100_000))));

        assertThat(refused.code()).isEqualTo(FailureCode.PROMPT_TOO_LONG);
        assertThat(refused)
                .hasMessage("prompt has more than 65536 tokens, must have at most 10: as many as the target takes");
    }

    @Test
    void aCallerWhoHasGoneIsNotReadFor() {
        Context.CancellableContext caller = Context.current().withCancellation();
        caller.cancel(null);

        caller.run(() ->
                assertThat(refusal(() -> read(text("x".repeat(100)))).code()).isEqualTo(FailureCode.CANCELLED));
    }

    @Test
    void withoutATemplateThereAreNoChatsAndNoOrigins() {
        assertThat(reader.noChatsReason()).isEqualTo("it has no chat template that can be read");
        try (OpenPrompt open = reader.open(text("hi").build(), false)) {
            assertThat(reader.origins(open, reader.read(open, VOCABULARY, TEN))).isEmpty();
        }
    }
}
