package io.speckv.router.settings;

import io.speckv.answers.CallFormat;
import io.speckv.answers.ReasoningMarks;
import java.util.Optional;

/**
 * How answers are read.
 *
 * @param toolCalls auto, or the name of a format
 * @param reasoning auto, none, or the mark that begins it
 * @param streamToolArguments whether calls are passed on as they are written, where the request does not say
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

    /** Returns the format that is set; nothing where the template tells. */
    public Optional<CallFormat> callFormat() {
        return toolCalls.equals(AUTO) ? Optional.empty() : Optional.of(CallFormat.named(toolCalls));
    }

    public boolean isReasoningAuto() {
        return reasoning.equals(AUTO);
    }

    /** Returns the marks that are set. */
    public Optional<ReasoningMarks> reasoningMarks() {
        return reasoning.equals(AUTO) || reasoning.equals(NONE)
                ? Optional.empty()
                : Optional.of(ReasoningMarks.starting(reasoning));
    }
}
