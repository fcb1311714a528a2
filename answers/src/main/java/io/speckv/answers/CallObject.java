package io.speckv.answers;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Calls written as JSON objects with {@code name} and {@code arguments} or {@code parameters}; other keys are ignored. */
final class CallObject {
    private CallObject() {}

    /** Returns the call that a valid JSON object holds; empty if it holds none. */
    static Optional<AnswerPart.Call> read(String object) {
        return JsonText.members(object).flatMap(CallObject::call);
    }

    /** Returns the calls in a valid JSON array; empty if the array is empty or one of its elements is not a call. */
    static List<AnswerPart.Call> readAll(String array) {
        List<AnswerPart.Call> calls = new ArrayList<>();
        for (String element : JsonText.elements(array)) {
            Optional<AnswerPart.Call> call =
                    element.startsWith("{") ? read(element) : Optional.<AnswerPart.Call>empty();
            if (call.isEmpty()) {
                return List.of();
            }
            calls.add(call.get());
        }
        return calls;
    }

    private static Optional<AnswerPart.Call> call(Map<String, String> members) {
        String name = members.get("name");
        String arguments = members.getOrDefault("arguments", members.get("parameters"));
        boolean both = members.containsKey("arguments") && members.containsKey("parameters");
        if (name == null || !name.startsWith("\"") || arguments == null || both) {
            return Optional.empty();
        }
        // Some models write the arguments as a string, as OpenAI's API does.
        String object =
                arguments.startsWith("\"") ? JsonText.unquoted(arguments).strip() : arguments;
        String tool = JsonText.unquoted(name);
        return tool.isBlank() || !JsonScanner.isObject(object)
                ? Optional.empty()
                : Optional.of(new AnswerPart.Call(tool, object));
    }
}
