package io.speckv.engine;

/** A prompt that, together with the tokens to generate, exceeds the model's positions or its cache. */
public final class PromptTooLongException extends EngineException {
    private final long neededTokens;
    private final long maxTokens;

    /**
     * @param neededTokens tokens of the prompt and its continuation
     * @param maxTokens the most tokens that would have fitted
     */
    public PromptTooLongException(long neededTokens, long maxTokens) {
        super("expected at most " + maxTokens + " tokens of prompt and continuation, found " + neededTokens);
        this.neededTokens = neededTokens;
        this.maxTokens = maxTokens;
    }

    @Override
    public String code() {
        return "prompt_too_long";
    }

    /** Returns the tokens of the prompt and its continuation. */
    public long neededTokens() {
        return neededTokens;
    }

    /** Returns the most tokens that would have fitted. */
    public long maxTokens() {
        return maxTokens;
    }
}
