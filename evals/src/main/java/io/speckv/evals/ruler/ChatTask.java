package io.speckv.evals.ruler;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What is asked of a chat that has system rules, tool definitions and a document: {@link ChatNeedles}. */
public enum ChatTask {
    /** A number that the document tells: what compression is for. */
    CHAT_DOCUMENT,
    /** A number that the system message tells: whether its rules are still known. */
    CHAT_SYSTEM,
    /** A number that a tool's description tells: whether the definitions are still known. */
    CHAT_TOOL,
    /** A number that the document tells, in the form that the system message asks for: number and form are scored apart. */
    CHAT_FORM;

    /**
     * Returns the task of a name such as {@code chat_system}.
     *
     * @throws IllegalArgumentException naming those there are
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

    /** Returns whether the answer is begun for the model, as RULER does, so that only the number is left to say. */
    boolean beginsAnswer() {
        return this != CHAT_FORM;
    }
}
