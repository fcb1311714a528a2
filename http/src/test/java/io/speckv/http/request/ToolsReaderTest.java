package io.speckv.http.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.speckv.http.json.JsonFields;
import io.speckv.proto.v1.ToolChoice;
import io.speckv.proto.v1.ToolUse;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One tool, {@code ping}, in the forms of three APIs. */
class ToolsReaderTest {
    private static final String PING = "'name': 'ping', 'parameters': {'type': 'object'}";
    private static final String CHAT = "'tools': [{'type': 'function', 'function': {" + PING + "}}]";
    private static final String RESPONSE = "'tools': [{'type': 'function', " + PING + "}]";
    private static final String MESSAGE = "'tools': [{'name': 'ping', 'input_schema': {'type': 'object'}}]";
    private static final String DEFINITION =
            "[{'type':'function','function':{'name':'ping','parameters':{'type':'object'}}}]";

    private static OfferedTools read(Function<JsonFields, OfferedTools> reader, String fields) {
        return reader.apply(QuotedJson.request("{" + fields + "}"));
    }

    private static String definitions(OfferedTools tools) {
        return tools.definitions().toString().replace('"', '\'');
    }

    @Test
    void allFormsBecomeThatOfAChat() {
        assertThat(definitions(read(ToolsReader::chat, CHAT))).isEqualTo(DEFINITION);
        assertThat(definitions(read(ToolsReader::response, RESPONSE))).isEqualTo(DEFINITION);
        assertThat(definitions(read(ToolsReader::message, MESSAGE))).isEqualTo(DEFINITION);
        assertThat(definitions(read(
                        ToolsReader::message,
                        "'tools': [{'type': 'custom', 'name': 'ping', 'description': 'says pong'}]")))
                .isEqualTo("[{'type':'function','function':{'name':'ping','description':'says pong'}}]");
    }

    @Test
    void whatTheTemplateMayReadOfADefinitionStays() {
        String strict = "'tools': [{'type': 'function', 'function': {'name': 'ping', 'strict': true}, 'x': 1}]";
        assertThat(definitions(read(ToolsReader::chat, strict)))
                .isEqualTo("[{'type':'function','function':{'name':'ping','strict':true},'x':1}]");
    }

    @Test
    void withoutToolsNoneAreOffered() {
        assertThat(read(ToolsReader::chat, "'n': 1")).isSameAs(OfferedTools.NONE);
        assertThat(read(ToolsReader::response, "'tools': []")).isSameAs(OfferedTools.NONE);
        assertThat(OfferedTools.NONE.toProto()).isEmpty();
        assertThat(OfferedTools.NONE.defines("ping")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'tool_choice': 'auto'                                                | false |
        'tool_choice': null                                                  | false |
        'tool_choice': 'required'                                            | true  |
        'tool_choice': {'type': 'function', 'function': {'name': 'ping'}}    | true  | ping
        """)
    void aChatSaysWhetherACallIsRequired(String choice, boolean required, String tool) {
        OfferedTools tools = read(ToolsReader::chat, CHAT + ", " + choice);
        assertThat(tools.required()).isEqualTo(required);
        assertThat(tools.tool()).isEqualTo(tool == null ? "" : tool);
    }

    @Test
    void aResponseNamesTheToolBesideTheType() {
        OfferedTools tools =
                read(ToolsReader::response, RESPONSE + ", 'tool_choice': {'type': 'function', 'name': 'ping'}");
        assertThat(tools.required()).isTrue();
        assertThat(tools.tool()).isEqualTo("ping");
    }

    @ParameterizedTest
    @CsvSource({"auto, false, ''", "any, true, ''", "tool, true, ping"})
    void aMessageSaysItInWordsOfItsOwn(String type, boolean required, String tool) {
        OfferedTools tools =
                read(ToolsReader::message, MESSAGE + ", 'tool_choice': {'type': '" + type + "', 'name': 'ping'}");
        assertThat(tools.required()).isEqualTo(required);
        assertThat(tools.tool()).isEqualTo(tool);
    }

    @Test
    void toolsThatMustNotBeCalledAreNotShown() {
        assertThat(read(ToolsReader::chat, CHAT + ", 'tool_choice': 'none'")).isSameAs(OfferedTools.NONE);
        assertThat(read(ToolsReader::message, MESSAGE + ", 'tool_choice': {'type': 'none'}"))
                .isSameAs(OfferedTools.NONE);
    }

    @Test
    void severalCallsAreAllowedUnlessTheRequestForbidsThem() {
        assertThat(read(ToolsReader::chat, CHAT).parallel()).isTrue();
        assertThat(read(ToolsReader::chat, CHAT + ", 'parallel_tool_calls': false")
                        .parallel())
                .isFalse();
        assertThat(read(ToolsReader::message, MESSAGE + ", 'tool_choice': {'disable_parallel_tool_use': true}")
                        .parallel())
                .isFalse();
    }

    @Test
    void whetherArgumentsStreamIsSaidInOurObject() {
        assertThat(read(ToolsReader::chat, CHAT).argumentsStream()).isEmpty();
        assertThat(read(ToolsReader::chat, CHAT + ", 'speckv': {}").argumentsStream())
                .isEmpty();
        assertThat(read(ToolsReader::chat, CHAT + ", 'speckv': {'stream_tool_arguments': false}")
                        .argumentsStream())
                .contains(false);
    }

    @Test
    void theRouterGetsTheDefinitionsAndTheChoice() {
        assertThat(read(ToolsReader::chat, CHAT + ", 'tool_choice': 'required'").toProto())
                .contains(ToolUse.newBuilder()
                        .setDefinitionsJson(DEFINITION.replace('\'', '"'))
                        .setChoice(ToolChoice.TOOL_CHOICE_REQUIRED)
                        .build());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'tools': {}                                                 | tools must be an array, not an object
        'tools': [{'type': 'function'}]                             | tools[0].function is missing
        'tools': [{'type': 'function', 'function': {'name': ' '}}] | tools[0].function.name has 1 characters, must have 1 to 128
        'tools': [{'type': 'function', 'function': {'name': 'a', 'description': 5}}] \
        | tools[0].function.description must be a string, not a whole number
        'tool_choice': {'type': 'function', 'function': {}}         | tool_choice.function.name is missing
        'tool_choice': {'type': 'function'}                         | tool_choice.function is missing
        'tool_choice': {'type': 'allowed_tools'} | tool_choice.type is 'allowed_tools'; only 'function' is supported
        """)
    void whatIsWrongInAChatIsNamed(String fields, String refusal) {
        assertThat(QuotedJson.refusal("{" + fields + "}", ToolsReader::chat)).isEqualTo(refusal);
    }

    @Test
    void aNameHasAtMost128Characters() {
        String longest = "x".repeat(128);
        assertThat(read(ToolsReader::message, "'tools': [{'name': '" + longest + "'}]")
                        .defines(longest))
                .isTrue();
        assertThat(QuotedJson.refusal("{'tools': [{'name': 'x" + longest + "'}]}", ToolsReader::message))
                .isEqualTo("tools[0].name has 129 characters, must have 1 to 128");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'tools': [{'type': 'computer', 'name': 'c'}] | tools[0].type is 'computer'; only tools of the caller's own are supported
        'tool_choice': {'type': 'tool'}               | tool_choice.name is missing
        'tool_choice': {'type': 'some'}               | tool_choice.type is 'some', must be auto, any, tool or none
        'tool_choice': {'type': 'any'}                | tool_choice asks for a call, and there are no tools
        'tool_choice': 'any'                          | tool_choice must be an object, not a string
        """)
    void whatIsWrongInAMessageIsNamed(String fields, String refusal) {
        assertThat(QuotedJson.refusal("{" + fields + "}", ToolsReader::message)).isEqualTo(refusal);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'n': 1",
                "'functions': []",
                "'functions': [{'name': 'f'}], 'function_call': 'none'",
                "'function_call': 'auto'",
                "'function_call': 'none'",
                "'function_call': null"
            })
    void olderFunctionsThatAreNotCalledChangeNothing(String fields) {
        assertThatCode(() -> ToolsReader.requireNoFunctions(QuotedJson.request("{" + fields + "}")))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'functions': [{'name': 'f'}]      | functions is not supported: offer them as tools
        'function_call': {'name': 'f'}    | function_call is not supported: use tools and tool_choice
        'function_call': 'f'              | function_call is not supported: use tools and tool_choice
        """)
    void olderFunctionsAreRefused(String fields, String refusal) {
        assertThat(QuotedJson.refusal("{" + fields + "}", ToolsReader::requireNoFunctions))
                .isEqualTo(refusal);
    }
}
