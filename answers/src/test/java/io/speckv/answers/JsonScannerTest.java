package io.speckv.answers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class JsonScannerTest {
    private static final ObjectMapper JACKSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final List<String> PIECES = List.of(
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\"a\"",
            "\"b\\u00e4\"",
            "\"\\",
            "\"",
            "1",
            "0",
            "-",
            "1.5",
            "e3",
            "E+2",
            "true",
            "null",
            "nul",
            " ",
            "\n",
            "\t",
            "\u0001",
            "\\n",
            "{\"a\":",
            "[1,",
            "01",
            ".5",
            "\f");

    @Test
    void takesWhatJacksonTakes() {
        Random random = new Random(8);
        int valid = 0;
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "{" : "[");
            int pieces = random.nextInt(8);
            for (int p = 0; p < pieces; p++) {
                text.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            text.append(text.charAt(0) == '{' ? '}' : ']');
            boolean object = JsonScanner.isObject(text.toString());
            boolean array = JsonScanner.isArray(text.toString());
            JsonNode read = read(text.toString());
            assertThat(object).as(text.toString()).isEqualTo(read != null && read.isObject());
            assertThat(array).as(text.toString()).isEqualTo(read != null && read.isArray());
            valid += object || array ? 1 : 0;
        }
        assertThat(valid).isGreaterThan(5000);
    }

    @Test
    void piecesOfAnObjectAreItsOwnCharacters() throws JsonProcessingException {
        String object = "{ \"a\" :1.50, \"\\u0062\":[1,{\"x\":\"}\"}] ,\"c\\\"\": null}";
        assertThat(JsonText.members(object).orElseThrow())
                .containsEntry("a", "1.50")
                .containsEntry("b", "[1,{\"x\":\"}\"}]")
                .containsEntry("c\"", "null");
        assertThat(JsonText.elements("[ {\"a\":\"]\"} , 2,\"x\" ]")).containsExactly("{\"a\":\"]\"}", "2", "\"x\"");
        String odd = "q\"\\/\b\f\n\r\t\u0001ö🌧";
        assertThat(JACKSON.readValue(JsonText.quoted(odd), String.class)).isEqualTo(odd);
        assertThat(JsonText.unquoted(JACKSON.writeValueAsString(odd))).isEqualTo(odd);
    }

    private static @Nullable JsonNode read(String text) {
        try {
            return JACKSON.readTree(text);
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
