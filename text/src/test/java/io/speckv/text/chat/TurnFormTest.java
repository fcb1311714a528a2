package io.speckv.text.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TurnFormTest {
    private static ChatMessage calling(@Nullable String content, Object arguments) {
        return new ChatMessage(
                "assistant",
                content,
                Map.of("tool_calls", List.of(Map.of("function", Map.of("name", "look", "arguments", arguments)))));
    }

    /** Each form doubles the work of a template that fails, so none is tried that would give the same turns. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            nullValues = "none",
            value = {
                "a text alone;             said; {};        false; object none",
                "no text;                  none; {};        false; object none, object empty",
                "arguments as a text;      said; {};        true;  object none, text none",
                "both;                     none; {};        true;  object none, text none, object empty, text empty"
            })
    void onlyFormsThatDifferAreTriedAndTheUsualOneFirst(
            String what, @Nullable String content, String arguments, boolean asText, String forms) {
        ChatMessage message = calling(content, asText ? arguments : Map.of());

        assertThat(TurnForm.of(List.of(new ChatMessage("user", "Where?"), message)).stream()
                        .map(form -> (form.argumentObjects() ? "object " : "text ")
                                + (form.absentIsNone() ? "none" : "empty"))
                        .toList())
                .isEqualTo(List.of(forms.split(", ", -1)));
    }

    @Test
    void argumentsAreObjectsOrStayTheTextThatCame() {
        ChatMessage message = calling("said", "{\"at\": 1.50}");

        assertThat(new TurnForm(true, true).variables(message).toString()).contains("arguments={at=1.5");
        assertThat(new TurnForm(false, true).variables(message).toString()).contains("arguments={\"at\": 1.50}");
    }

    @Test
    void absentTextIsNoneOrEmptyAndATextThatIsThereStays() {
        assertThat(new TurnForm(true, true).variables(calling(null, Map.of()))).containsEntry("content", null);
        assertThat(new TurnForm(true, false).variables(calling(null, Map.of()))).containsEntry("content", "");
        assertThat(new TurnForm(true, false).variables(calling("said", Map.of())))
                .containsEntry("content", "said");
    }

    @Test
    void theMessageItselfDoesNotChange() {
        ChatMessage message = calling(null, "{}");
        var unused = new TurnForm(true, false).variables(message);

        assertThat(message.content()).isNull();
        assertThat(message.attributes().toString()).contains("arguments={}");
    }
}
