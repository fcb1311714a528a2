package io.speckv.evals.fidelity;

import io.speckv.evals.EvalPrompt;
import io.speckv.evals.PromptTokenizer;
import io.speckv.evals.longbench.MiddleCut;
import io.speckv.evals.longbench.TokenizerCodec;
import io.speckv.text.ChatTemplateException;
import io.speckv.text.chat.ChatMessage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Turns a user's prompts into the target's tokens, and cuts the middle out of prompts that are too long for the models. */
public final class PromptFit {
    private static final int FEWEST_LEFT = 2;

    private final PromptTokenizer tokenizer;
    private final TokenizerCodec codec;
    private final int longest;

    /** @param longest tokens that a prompt may have, its chat template included */
    public PromptFit(PromptTokenizer tokenizer, int longest) {
        this.tokenizer = tokenizer;
        this.codec = new TokenizerCodec(tokenizer.tokenizer());
        this.longest = longest;
    }

    /**
     * Returns the prompt in tokens. If a chat is too long, its longest message is cut.
     *
     * @throws IllegalArgumentException naming the prompt, if it has no tokens, cannot be laid out or cannot be cut enough
     */
    public FidelityPrompt fit(EvalPrompt prompt) {
        Fitting fitting = fitting(prompt);
        return new FidelityPrompt(prompt.name(), fitting.ids, fitting.prompt != prompt);
    }

    /** Returns the prompt as {@link #fit} cuts it, or itself if it is not too long. */
    public EvalPrompt cut(EvalPrompt prompt) {
        return fitting(prompt).prompt;
    }

    /** A prompt that is not too long, with its tokens. */
    @SuppressWarnings("ArrayRecordComponent") // Handed on and never compared.
    private record Fitting(EvalPrompt prompt, int[] ids) {}

    private Fitting fitting(EvalPrompt prompt) {
        int[] ids = ids(prompt);
        if (ids.length == 0) {
            throw new IllegalArgumentException(prompt.name() + " has no tokens; a prompt needs at least one");
        }
        // Joined text can have more tokens than its parts, since a cut may split a character. So every try cuts one
        // token more.
        for (int more = 0; ids.length > longest; more++) {
            prompt = shortened(prompt, ids.length - longest + more);
            ids = ids(prompt);
        }
        return new Fitting(prompt, ids);
    }

    private int[] ids(EvalPrompt prompt) {
        if (prompt instanceof EvalPrompt.Chat chat) {
            if (!tokenizer.hasChatTemplate()) {
                throw new IllegalArgumentException(
                        chat.name() + " is a chat, and the target has no chat template; give it as a 'prompt'");
            }
        }
        try {
            return tokenizer.of(prompt);
        } catch (ChatTemplateException e) {
            throw new IllegalArgumentException(prompt.name() + ": " + e.getMessage(), e);
        }
    }

    private EvalPrompt shortened(EvalPrompt prompt, int tooMany) {
        if (prompt instanceof EvalPrompt.Text text) {
            return new EvalPrompt.Text(text.name(), shortened(text.name(), text.text(), tooMany), text.chat());
        }
        EvalPrompt.Chat chat = (EvalPrompt.Chat) prompt;
        List<ChatMessage> messages = new ArrayList<>(chat.messages());
        int at = IntStream.range(0, messages.size())
                .boxed()
                .max(Comparator.comparingInt(i -> content(messages.get(i)).length()))
                .orElseThrow();
        ChatMessage old = messages.get(at);
        messages.set(at, new ChatMessage(old.role(), shortened(chat.name(), content(old), tooMany), old.attributes()));
        return new EvalPrompt.Chat(chat.name(), messages, chat.continuesLast());
    }

    private static String content(ChatMessage message) {
        return message.content() == null ? "" : message.content();
    }

    private String shortened(String name, String text, int tooMany) {
        int left = codec.encode(text).length - tooMany;
        if (left < FEWEST_LEFT) {
            throw new IllegalArgumentException(name + " is " + tooMany + " tokens longer than the " + longest
                    + " that the models read beside an answer, and has no text of that length to be cut");
        }
        return new MiddleCut(codec, left).apply(text);
    }
}
