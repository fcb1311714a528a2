package io.speckv.cli.ask;

import io.speckv.cli.options.PromptArguments;
import io.speckv.cli.options.WrongInputException;
import io.speckv.evals.EvalPrompt;
import io.speckv.evals.PromptTokenizer;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A prompt in the tokens of a target that runs in this process.
 *
 * @param tokens that the target reads, at least one
 * @param skipsTemplate whether it is a plain text to a model that has a chat template
 */
record LocalPrompt(int[] tokens, boolean skipsTemplate) {
    /** Shown if a model trained to chat ends its answer to a plain text at once. */
    static final String HINT = "the model ended its answer at once; it is trained to chat, and was given a plain text:"
            + " --chat asks in its chat format";

    /**
     * Reads a prompt.
     *
     * @param chat whether it is a user's message in the chat format of {@code target}
     * @throws WrongInputException if it is empty, or is a chat and has no text or the model no template
     */
    static LocalPrompt read(PromptArguments prompt, boolean chat, Tokenizer tokenizer, Path target) throws IOException {
        String text = prompt.text();
        try (PromptTokenizer prompts = PromptTokenizer.of(tokenizer, target)) {
            if (!chat) {
                return new LocalPrompt(prompt.tokens(text, tokenizer), text != null && prompts.hasChatTemplate());
            }
            if (text == null) {
                throw new WrongInputException(Chats.NEEDS_TEXT);
            }
            if (!prompts.hasChatTemplate()) {
                throw new WrongInputException(
                        "--chat needs a chat template, and " + target + " has none; leave it out to give a plain text");
            }
            return new LocalPrompt(prompts.of(new EvalPrompt.Text("--chat", text, true)), false);
        }
    }

    /** Returns the hint about an empty answer, if there is one. */
    Optional<String> hint(String answer) {
        return skipsTemplate && answer.isBlank() ? Optional.of(HINT) : Optional.empty();
    }
}
