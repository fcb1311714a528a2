package io.speckv.router.settings;

import io.speckv.answers.CallFormat;
import io.speckv.answers.ReasoningMarks;
import java.util.Optional;

/**
 * How the router reads answers.
 *
 * @param toolCalls auto, or the name of a format
 * @param reasoning auto, none, or the mark that begins it
 * @param streamToolArguments whether calls are passed on as they are written, unless the request decides
 */
public record AnswerSettings(String toolCalls, String reasoning, boolean streamToolArguments) {
    private static final String AUTO = "auto";
    private static final String NONE = "none";

    public AnswerSettings {
        if (!toolCalls.equals(AUTO)) {
            var unused = CallFormat.named(toolCalls);
        }
        if (!reasoning.equals(AUTO) && !reasoning.equals(NONE)) {
            var unused = ReasoningMarks.starting(reasoning);
        }
    }

    /** Returns the format in the settings; empty if the template decides. */
    public Optional<CallFormat> callFormat() {
        return toolCalls.equals(AUTO) ? Optional.empty() : Optional.of(CallFormat.named(toolCalls));
    }

    public boolean isReasoningAuto() {
        return reasoning.equals(AUTO);
    }

    /** Returns the marks in the settings; empty if the settings name none. */
    public Optional<ReasoningMarks> reasoningMarks() {
        return reasoning.equals(AUTO) || reasoning.equals(NONE)
                ? Optional.empty()
                : Optional.of(ReasoningMarks.starting(reasoning));
    }
}
