package io.speckv.router.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.TextFormat;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.Chat;
import io.speckv.router.RouterRig;
import io.speckv.router.renderer.ModelRenderer;
import io.speckv.router.renderer.OpenChat;
import io.speckv.router.renderer.RendererWait;
import io.speckv.router.settings.AnswerSettings;
import io.speckv.text.ControlTokens;
import io.speckv.text.EncodingLimit;
import io.speckv.text.Tokenizer;
import io.speckv.text.TooManyTokensException;
import io.speckv.text.chat.ChatTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Chats by a template that shows everything it is given. A byte is a token; chats are written with single quotes. */
class ChatReaderTest {
    private static final String TEMPLATE = "{% for m in messages %}{% if m.role == 'judge' %}"
            + "{{ raise_exception('no judges here') }}{% endif %}"
            + "[{{ m.role }}]{{ m.content if m.content is not none else 'NONE' }}"
            + "{% for call in m.tool_calls %}<tool_call>{{ call.function | tojson }}</tool_call>{% endfor %}{% endfor %}"
            + "{% if tools %}{{ tools | tojson }}{% endif %}{% if mood is defined %}({{ mood }}){% endif %}"
            + "{% if add_generation_prompt %}[assistant]{% endif %}";
    private static final String HI = "messages: {role: 'user' content: 'hi'} ";
    private static final String LOOK = "definitions_json: '[{\"function\": {\"name\": \"look\"}}]' ";

    private final Tokenizer tokenizer = Tokenizer.open(RouterRig.MODEL);
    private @Nullable ChatReader chats;

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        tokenizer.close();
    }

    private ChatReader chats() throws IOException {
        ChatReader known = chats;
        if (known == null) {
            Files.copy(RouterRig.MODEL.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
            Files.writeString(folder.resolve("chat_template.jinja"), TEMPLATE);
            ChatTemplate template = ChatTemplate.open(folder);
            known = new ChatReader(
                    tokenizer,
                    ModelRenderer.of(AnswerRulesTest.HERE, tokenizer, template)
                            .chats()
                            .orElseThrow(),
                    new AnswerRules(
                            new AnswerSettings("auto", "auto", false), tokenizer, template, AnswerRulesTest.HERE));
            chats = known;
        }
        return known;
    }

    private OpenChat open() throws IOException {
        return chats().open(new RendererWait() {
            @Override
            public <T> T during(Supplier<T> wait) {
                return wait.get();
            }
        });
    }

    private PromptTokens read(String chat, EncodingLimit limit) throws Exception {
        try (OpenChat layout = open()) {
            return chats().read(layout, TextFormat.parse(chat, Chat.class), ControlTokens.AS_TEXT, false, limit);
        }
    }

    private PromptTokens read(String chat) throws Exception {
        return read(chat, EncodingLimit.NONE);
    }

    private String text(String chat) throws Exception {
        return Objects.requireNonNull(read(chat).encoding()).text();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        messages: {role: 'user' content: 'hi'} | [user]hi[assistant]
        messages: {role: 'user' content: 'hi'} add_generation_prompt: false | [user]hi
        messages: {role: 'user' content: ''}   | [user][assistant]
        messages: {role: 'assistant' content_is_null: true} | [assistant]NONE[assistant]
        messages: {role: 'user' content: 'a'} messages: {role: 'assistant' content: 'b'} continue_final_message: true | [user]a[assistant]b
        messages: {role: 'user' content: 'a'} messages: {role: 'assistant' content: 'b'} continue_final_message: true add_generation_prompt: true | [user]a[assistant]b
        messages: {role: 'user' content: 'hi'} template_variables: {fields: {key: 'mood' value: {string_value: 'dry'}}} | [user]hi(dry)[assistant]
        messages: {role: 'user' content: 'hi'} template_variables: {fields: {key: 'mood' value: {number_value: 1700000000000}}} | [user]hi(1700000000000)[assistant]
        messages: {role: 'user' content: 'hi'} template_variables: {fields: {key: 'mood' value: {number_value: 9007199254740992}}} | [user]hi(9007199254740992)[assistant]
        messages: {role: 'user' content: 'hi'} template_variables: {fields: {key: 'mood' value: {null_value: NULL_VALUE}}} | [user]hi[assistant]
        messages: {role: 'user' content: 'hi'} template_variables: {fields: {key: 'messages' value: {null_value: NULL_VALUE}}} | [user]hi[assistant]
        messages: {role: 'user' content: 'hi'} template_variables: {fields: {key: 'add_generation_prompt' value: {bool_value: false}}} | [user]hi[assistant]
        """)
    void aChatIsWhatTheTemplateWritesOfIt(String chat, String text) throws Exception {
        assertThat(text(chat)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        ``                                   | prompt.chat.messages is empty, must have at least 1 message
        messages: {content: 'hi'}            | prompt.chat.messages[0].role is missing, such as "user"
        messages: {role: 'user'} messages: {} | prompt.chat.messages[1].role is missing, such as "user"
        messages: {role: 'user' attributes: {fields: {key: 'role' value: {string_value: 'x'}}}} | prompt.chat.messages[0].attributes has the key role, which is a field of its own
        messages: {role: 'user' attributes: {fields: {key: 'content' value: {null_value: NULL_VALUE}}}} | prompt.chat.messages[0].attributes has the key content, which is a field of its own
        messages: {role: 'user'} template_variables: {fields: {key: 'messages' value: {string_value: 'x'}}} | prompt.chat.template_variables has the key messages, which is a field of its own
        messages: {role: 'user'} continue_final_message: true | prompt.chat.continue_final_message is true, but the last message is of role user, must be of assistant
        messages: {role: 'judge'}            | prompt.chat is refused by the chat template: the chat template failed: no judges here
        """)
    void whatIsWrongOfAChatIsNamed(String chat, String message) {
        assertThatThrownBy(() -> read(chat))
                .isInstanceOf(RequestException.class)
                .hasMessageStartingWith(message);
    }

    /** A template may read the flag anywhere, not only where the answer begins. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        ``                            | true
        add_generation_prompt: true   | true
        add_generation_prompt: false  | false
        continue_final_message: true  | false
        continue_final_message: true add_generation_prompt: true | false
        """)
    void anAnswerIsOpenedUnlessItGoesOnOrTheRequestSaysOtherwise(String flags, boolean opens) throws Exception {
        ChatPrompt chat = Objects.requireNonNull(read(HI + "messages: {role: 'assistant' content: 'so'} " + flags)
                .chat());

        assertThat(chat.conversation().variables().get("add_generation_prompt")).isEqualTo(opens);
    }

    @Test
    void anAnswerThatCallsToolsCannotGoOn() throws Exception {
        String calls =
                HI + "messages: {role: 'assistant' attributes: {fields: {key: 'tool_calls' value: {list_value: {%s}}}}}"
                        + " continue_final_message: true";

        assertThatThrownBy(() -> read(calls.formatted(
                        "values: {struct_value: {fields: {key: 'function' value: {struct_value: {}}}}}")))
                .isInstanceOf(RequestException.class)
                .hasMessage("prompt.chat.messages[1] calls tools, so the answer cannot go on with its text: send the"
                        + " results of its calls");
        assertThat(text(calls.formatted(""))).as("no call at all").endsWith("[assistant]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        definitions_json: ''     | definitions_json is not the JSON text of an array
        definitions_json: '{}'   | definitions_json is not the JSON text of an array
        definitions_json: '[] []' | definitions_json is not the JSON text of an array
        definitions_json: '[]'   | definitions_json has no tool, must have at least 1
        definitions_json: '[3]'  | definitions_json has a tool without function.name at place 0
        definitions_json: '[{"function": "look"}]' | definitions_json has a tool without function.name at place 0
        definitions_json: '[{"function": {"name": "look"}}, {"function": {"name": " "}}]' | definitions_json has a tool without function.name at place 1
        definitions_json: '[{"function": {"name": "look"}}]' tool: 'look' | tool is set, and needs choice to be TOOL_CHOICE_REQUIRED
        definitions_json: '[{"function": {"name": "look"}}]' tool: 'look' choice: TOOL_CHOICE_AUTO | tool is set, and needs choice to be TOOL_CHOICE_REQUIRED
        definitions_json: '[{"function": {"name": "look"}}]' tool: 'see' choice: TOOL_CHOICE_REQUIRED | tool is 'see', must be one of [look]
        definitions_json: '[{"function": {"name": "look"}}]' choice: 9 | choice is 9, must be unset or one of TOOL_CHOICE_AUTO (1), TOOL_CHOICE_REQUIRED (2)
        definitions_json: '[{"function": {"name": "look"}}]' choice: 9 tool: 'look' | choice is 9, must be unset or one of TOOL_CHOICE_AUTO (1), TOOL_CHOICE_REQUIRED (2)
        """)
    void whatIsWrongOfToolsIsNamed(String tools, String message) {
        assertThatThrownBy(() -> read(HI + "tool_use: {" + tools + "}"))
                .isInstanceOf(RequestException.class)
                .hasMessage("prompt.chat.tool_use." + message);
    }

    @Test
    void toolsComeFromOneFieldAlone() {
        String twice = "template_variables: {fields: {key: 'tools' value: {list_value: {}}}} tool_use: {" + LOOK + "}";

        assertThatThrownBy(() -> read(HI + twice))
                .isInstanceOf(RequestException.class)
                .hasMessage("prompt.chat.template_variables has the key tools, which the definitions of tools set");
    }

    @Test
    void aRequiredCallIsBegunBehindWhatTheTemplateWrites() throws Exception {
        PromptTokens begun = read(HI + "tool_use: {" + LOOK + "choice: TOOL_CHOICE_REQUIRED}");
        ChatPrompt chat = Objects.requireNonNull(begun.chat());

        assertThat(Objects.requireNonNull(begun.encoding()).text())
                .endsWith("[assistant]" + chat.marks().getPrefix());
        assertThat(chat.marks().getPrefix()).isEqualTo("<tool_call>\n{\"name\": \"");
        assertThat(begun.size()).isEqualTo(begun.ids().length);
    }

    /** JSON can spell half of a surrogate pair, which no tokenizer takes and which is not the template's fault. */
    @Test
    void halfOfACharacterIsNoText() {
        String half =
                "tool_use: {definitions_json: '[{\"function\": {\"name\": \"look\", \"description\": \"\\\\ud800\"}}]'}";

        assertThatThrownBy(() -> read(HI + half))
                .isInstanceOf(RequestException.class)
                .hasMessage("prompt.chat cannot be tokenized: it is not valid Unicode, as half of a surrogate pair in"
                        + " the definitions of tools is not");
    }

    @Test
    void aChatBeyondTheLimitIsNotReadToItsEnd() {
        assertThatThrownBy(() -> read(HI, EncodingLimit.of(3))).isInstanceOf(TooManyTokensException.class);
    }

    @Test
    void onlyWhatWasLaidOutHasOrigins() throws Exception {
        PromptTokens chat = read(HI);
        try (OpenChat layout = open()) {
            assertThat(chats().origins(layout, chat))
                    .hasValueSatisfying(origins -> assertThat(origins.size()).isEqualTo(chat.size()));
            assertThat(chats().origins(layout, new PromptTokens(chat.ids(), null, chat.chat())))
                    .isEmpty();
            assertThat(chats().origins(layout, new PromptTokens(chat.ids(), chat.encoding(), null)))
                    .isEmpty();
        }
    }
}
