package io.speckv.text.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How turns that call tools are shown to a template. Most take arguments as objects and absent text as none; some join
 * arguments to other text (DeepSeek V3), or look into the text whatever it is (Qwen3).
 *
 * @param argumentObjects whether arguments that are the text of a JSON object are that object
 * @param absentIsNone whether absent text is none, else it is empty
 */
record TurnForm(boolean argumentObjects, boolean absentIsNone) {

    /** Returns the forms to try, the usual one first: more than one only where they differ. */
    static List<TurnForm> of(List<ChatMessage> messages) {
        boolean absent = messages.stream().anyMatch(message -> message.content() == null);
        boolean arguments = messages.stream().anyMatch(message -> ToolArguments.areTexts(message.variables()));
        List<TurnForm> forms = new ArrayList<>(List.of(new TurnForm(true, true)));
        // Text before absence: a template that takes empty text may leave the calls out then.
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
