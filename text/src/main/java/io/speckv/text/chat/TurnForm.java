package io.speckv.text.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The form in which a template gets turns that call tools. Most templates take arguments as objects and absent text as none.
 * Some join arguments to other text (DeepSeek V3), or inspect the text without checking for none (Qwen3).
 *
 * @param argumentObjects whether the text of a JSON object is converted to the object
 * @param absentIsNone whether absent text is none; otherwise it is empty
 */
record TurnForm(boolean argumentObjects, boolean absentIsNone) {

    /** Returns the forms to try, the usual one first. Forms that would give the same turns are left out. */
    static List<TurnForm> of(List<ChatMessage> messages) {
        boolean absent = messages.stream().anyMatch(message -> message.content() == null);
        boolean arguments = messages.stream().anyMatch(message -> ToolArguments.areTexts(message.variables()));
        List<TurnForm> forms = new ArrayList<>(List.of(new TurnForm(true, true)));
        // Text arguments are tried before empty text: with empty text a template may leave the calls out.
        if (arguments) {
            forms.add(new TurnForm(false, true));
        }
        if (absent) {
            forms.add(new TurnForm(true, false));
        }
        if (absent && arguments) {
            forms.add(new TurnForm(false, false));
        }
        return forms;
    }

    Map<String, @Nullable Object> variables(ChatMessage message) {
        Map<String, @Nullable Object> variables = message.variables();
        if (message.content() == null && !absentIsNone) {
            variables.put("content", "");
        }
        return argumentObjects ? ToolArguments.asObjects(variables) : variables;
    }
}
