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
                "integer | 1.5    | must be a whole number, not a number with a fraction",
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

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {"7, 7", "4.0, 4", "1e1, 10", "-0.0, 0", "1E+2, 100"})
    void aWholeNumberIsOneHoweverItIsWritten(String written, long number) {
        List<Long> taken = new ArrayList<>();
        fields("{'field': " + written + "}").ifInteger("field", -5, 100, taken::add);
        assertThat(taken).containsExactly(number);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'text': 'ab\\ud83d'             | text           | text has half of a surrogate pair at character 2",
                "'text': '\\udc00'               | text           | text has half of a surrogate pair at character 0",
                "'stop': ['a', '\\ud83d\\ud83d'] | stop[1]        | stop[1] has half of a surrogate pair at character 0",
                "'free': {'a': {'b': '\\ud83d'}} | free.a.b       | free.a.b has half of a surrogate pair",
            })
    void halfOfASurrogatePairIsNoTextAnywhere(String field, String param, String message) {
        assertThat(fields("{'whole': '\\ud83d\\ude00'}").text("whole")).contains("\ud83d\ude00");
        assertThatThrownBy(() -> fields("{" + field + "}"))
                .isInstanceOfSatisfying(ApiError.RefusedException.class, refused -> {
                    assertThat(refused.error().message()).startsWith(message);
                    assertThat(refused.error().param()).isEqualTo(param);
                });
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
