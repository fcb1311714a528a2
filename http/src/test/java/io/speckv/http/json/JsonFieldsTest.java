package io.speckv.http.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fields of a body: read as they are or refused by name, never converted. */
class JsonFieldsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "[1]                | the body must be a JSON object",
                "null               | the body must be a JSON object",
                "{'a': 1} {}        | the body is not valid JSON at line 1, column 10",
                "{'a': 1, 'b'}      | the body is not valid JSON at line 1, column 13",
                "{'a': 1, 'a': 2}   | the body has the key 'a' twice at line 1, column 13",
                "{'a': NaN}         | the body is not valid JSON at line 1, column 10",
            })
    void aBodyThatIsNoObjectIsRefusedWithThePlace(String body, String message) {
        assertRefused(() -> fields(body), null, message);
    }

    @Test
    void aBodyMayNestAsDeepAsItSaysAndNoDeeper() {
        String deepest =
                "{\"a\":" + "[".repeat(JsonFields.DEPTH_MOST - 1) + "]".repeat(JsonFields.DEPTH_MOST - 1) + "}";
        assertThat(fields(deepest).has("a")).isTrue();
        String deeper = "{\"a\":" + "[".repeat(JsonFields.DEPTH_MOST) + "]".repeat(JsonFields.DEPTH_MOST) + "}";
        assertThatThrownBy(() -> fields(deeper)).hasMessageContaining("deeper than 64 levels");
    }

    @Test
    void whatIsAbsentOrNullIsNotThere() {
        JsonFields fields = fields("{'nothing': null}");
        List<Object> taken = new ArrayList<>();
        for (String field : List.of("nothing", "absent")) {
            assertThat(fields.has(field)).isFalse();
            assertThat(fields.text(field)).isEmpty();
            assertThat(fields.object(field)).isEmpty();
            assertThat(fields.array(field)).isEmpty();
            assertThat(fields.objects(field)).isEmpty();
            assertThat(fields.flag(field)).as("off unless said").isFalse();
            assertThat(fields.isNotFalse(field)).as("on unless said").isTrue();
            fields.ifText(field, taken::add);
            fields.ifFlag(field, taken::add);
            fields.ifNumber(field, taken::add);
            fields.ifInteger(field, 0, 1, taken::add);
        }
        assertThat(taken).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "text    | 1      | must be a string, not a whole number",
                "text    | true   | must be a string, not true or false",
                "flag    | 1      | must be true or false, not a whole number",
                "flag    | 'true' | must be true or false, not a string",
                "number  | '0.5'  | must be a number, not a string",
                "integer | 1.0    | must be a whole number, not a number with a fraction",
                "integer | []     | must be a whole number, not an array",
                "integer | 8      | is 8, must be 0 to 7",
                "integer | -1     | is -1, must be 0 to 7",
                "integer | 99999999999999999999 | is 99999999999999999999, must be 0 to 7",
                "object  | []     | must be an object, not an array",
                "array   | {}     | must be an array, not an object",
            })
    void aValueOfAnotherTypeIsRefusedByName(String type, String value, String rule) {
        JsonFields fields = fields("{'field': " + value + "}");
        assertRefused(() -> reader(type).accept(fields), "field", "field " + rule);
    }

    private static Consumer<JsonFields> reader(String type) {
        return switch (type) {
            case "text" -> fields -> fields.text("field");
            case "flag" -> fields -> fields.flag("field");
            case "number" -> fields -> fields.ifNumber("field", number -> {});
            case "integer" -> fields -> fields.ifInteger("field", 0, 7, number -> {});
            case "object" -> fields -> fields.object("field");
            default -> fields -> fields.array("field");
        };
    }

    @Test
    void errorsNameTheWholePath() {
        JsonFields message = fields("{'messages': [{'parts': [{'text': 1}]}]}")
                .objects("messages")
                .get(0);

        assertRefused(
                () -> message.objects("parts").get(0).text("text"),
                "messages[0].parts[0].text",
                "messages[0].parts[0].text must be a string, not a whole number");
    }

    @Test
    void anElementThatIsNoObjectIsRefusedByItsIndex() {
        JsonFields fields = fields("{'messages': [{}, 2]}");
        assertRefused(
                () -> fields.objects("messages"), "messages[1]", "messages[1] must be an object, not a whole number");
    }

    @Test
    void halfOfASurrogatePairIsNoText() {
        JsonFields fields = fields("{'text': 'ab\\ud83d', 'whole': '\\ud83d\\ude00'}");
        assertThat(fields.text("whole")).contains("\ud83d\ude00");
        assertRefused(
                () -> fields.text("text"),
                "text",
                "text has half of a surrogate pair at character 2: it is not valid Unicode");
    }

    @Test
    void anUnknownFieldIsRefusedWithWhatIsKnownOrWhereItBelongs() {
        JsonFields fields = fields("{'top_k': 1, 'budget': 2}");
        assertRefused(
                () -> fields.requireKnown(List.of("budget"), name -> Optional.empty()),
                "top_k",
                "top_k is not known, must be one of [budget]");
        assertRefused(
                () -> fields.requireKnown(List.of("top_k"), name -> Optional.of("; it stands in speckv.settings")),
                "budget",
                "budget is not known; it stands in speckv.settings");
        fields.requireKnown(List.of("budget", "top_k"), name -> Optional.empty());
    }

    @Test
    void numbersKeepTheirKind() {
        JsonNode value = JsonFields.value("[1, 1.5, \"a\", true, {}, [], null]");
        List<String> types = new ArrayList<>();
        value.forEach(element -> types.add(JsonFields.typeOf(element)));
        assertThat(types)
                .containsExactly(
                        "a whole number",
                        "a number with a fraction",
                        "a string",
                        "true or false",
                        "an object",
                        "an array",
                        "null");
    }

    private static JsonFields fields(String body) {
        return JsonFields.parse(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static void assertRefused(Runnable reading, @Nullable String param, String message) {
        assertThatThrownBy(reading::run).isInstanceOfSatisfying(ApiError.RefusedException.class, refused -> {
            assertThat(refused.error().message()).isEqualTo(message);
            assertThat(refused.error().param()).isEqualTo(param);
            assertThat(refused.error().status()).isEqualTo(400);
        });
    }
}
