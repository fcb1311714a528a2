package io.speckv.router.prompt;

import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.router.settings.RoutedModelSettings;

/**
 * How long a prompt may be, and who sets the limit.
 *
 * @param tokens at most
 * @param whose completes "as many as", such as "the target takes"
 */
public record PromptLimit(int tokens, String whose) {
    public static PromptLimit ofTarget(ModelDescription target) {
        return new PromptLimit(target.getMaxPromptTokenCount(), "the target takes");
    }

    /** Returns the limit of a model whose settings may name one. */
    public static PromptLimit ofSettings(RoutedModelSettings.Limits limits) {
        int most = limits.promptTokens() == null ? Integer.MAX_VALUE : limits.promptTokens();
        return new PromptLimit(most, "limits.prompt-tokens allows");
    }

    /** Returns the smaller of two limits; this one if they are equal. */
    public PromptLimit and(PromptLimit other) {
        return other.tokens < tokens ? other : this;
    }

    /** Returns the larger of two limits; this one if they are equal. */
    public PromptLimit or(PromptLimit other) {
        return other.tokens > tokens ? other : this;
    }

    /**
     * Returns normally if a prompt of so many tokens is within the limit.
     *
     * @throws RequestException with PROMPT_TOO_LONG
     */
    public void require(int promptTokens) {
        if (promptTokens > tokens) {
            throw exceeded(String.valueOf(promptTokens)).with("needed_tokens", promptTokens);
        }
    }

    /** Returns the failure of a prompt whose tokens were not all counted. */
    RequestException exceeded(int counted) {
        return exceeded("more than " + counted);
    }

    private RequestException exceeded(String promptTokens) {
        return RequestException.ofField(
                        FailureCode.PROMPT_TOO_LONG,
                        "prompt",
                        "has " + promptTokens + " tokens, must have at most " + tokens + ": as many as " + whose)
                .with("most_tokens", tokens);
    }
}
