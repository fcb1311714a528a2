package io.speckv.evals.ruler;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Questions about a chat that has system rules, tool definitions and a document: {@link ChatNeedles}. */
public enum ChatTask {
    /** A number in the document: the main use of compression. */
    CHAT_DOCUMENT,
    /** A number in the system message: shows whether its rules are still known. */
    CHAT_SYSTEM,
    /** A number in a tool's description: shows whether the definitions are still known. */
    CHAT_TOOL,
    /** A number in the document, in the form that the system message asks for. Number and form are scored separately. */
    CHAT_FORM;

    /**
     * Returns the task with a name such as {@code chat_system}.
     *
     * @throws IllegalArgumentException naming the known ones
     */
    public static ChatTask of(String name) {
        return Arrays.stream(values())
                .filter(task -> task.taskName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no chat task '" + name + "', there are "
                        + Arrays.stream(values()).map(ChatTask::taskName).collect(Collectors.joining(", "))));
    }

    /** Returns the name in results. */
    public String taskName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns whether the prompt gives the beginning of the answer, as in RULER, so that only the number is left to say. */
    boolean beginsAnswer() {
        return this != CHAT_FORM;
    }
}
