package io.speckv.kit.wire;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.AnswerChoices;
import io.speckv.proto.v1.ResponseFormat;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResponseFormatsTest {
    private static ResponseFormat choices(List<String> texts) {
        return ResponseFormat.newBuilder()
                .setChoices(AnswerChoices.newBuilder().addAllTexts(texts))
                .build();
    }

    private static void refused(String field, ResponseFormat format) {
        assertThatThrownBy(() -> ResponseFormats.require(format))
                .isInstanceOf(RequestException.class)
                .hasMessageStartingWith("sampling.response_format" + field + " ");
    }

    @Test
    void everyFormIsTaken() {
        for (ResponseFormat format : List.of(
                ResponseFormat.newBuilder()
                        .setJsonSchema("{\"type\": \"object\"}")
                        .build(),
                ResponseFormat.newBuilder().setJsonSchema("true").build(),
                ResponseFormat.newBuilder().setJsonObject(true).build(),
                ResponseFormat.newBuilder().setRegex("[0-9]+").build(),
                ResponseFormat.newBuilder().setGrammar("root ::= \"a\"").build(),
                choices(List.of("yes", "no")))) {
            assertThatCode(() -> ResponseFormats.require(format)).doesNotThrowAnyException();
        }
    }

    @Test
    void whatIsNoFormIsNamed() {
        refused("", ResponseFormat.getDefaultInstance());
        refused(".json_schema", ResponseFormat.newBuilder().setJsonSchema("{").build());
        refused(".json_schema", ResponseFormat.newBuilder().setJsonSchema("3").build());
        refused(".json_object", ResponseFormat.newBuilder().setJsonObject(false).build());
        refused(".regex", ResponseFormat.newBuilder().setRegex("").build());
        refused(
                ".grammar",
                ResponseFormat.newBuilder().setGrammar("a".repeat(65_537)).build());
        refused(".choices", choices(List.of()));
        refused(".choices", choices(List.of("yes", "")));
        refused(".choices", choices(Collections.nCopies(257, "a")));
    }
}
