package io.speckv.text.chat;

import io.speckv.text.ChatTemplateException;
import io.speckv.text.ControlSpellings;
import io.speckv.text.ControlTokens;
import io.speckv.text.DecodedTokens;
import io.speckv.text.Encoding;
import io.speckv.text.EncodingLimit;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns conversations into prompts: has a layout write the text, and encodes it. Thread-safe. */
public final class ChatEncoder {
    private static final ControlSpellings NO_CONTROLS = new ControlSpellings(List.of());
    private static final String TOOLS = "tools";
    /** Number of the point behind the text that the answer continues. */
    private static final int TEXT_END = 0;

    private final Tokenizer tokenizer;
    private final ChatLayout layout;

    /** @param layout such as the {@link ChatTemplate} of the model */
    public ChatEncoder(Tokenizer tokenizer, ChatLayout layout) {
        this.tokenizer = tokenizer;
        this.layout = layout;
    }

    /** Returns the prompt of a conversation. No text of a user becomes a control token. */
    public Encoding encodeChat(List<ChatMessage> messages, Map<String, ? extends @Nullable Object> variables) {
        return encode(new Conversation(messages, variables), EncodingLimit.NONE);
    }

    /**
     * Returns the prompt of a conversation.
     *
     * @param variables as for {@link ChatTemplate#render}
     * @param spelledOut how to treat spellings of control tokens in messages and variables
     * @throws ChatTemplateException if the template refuses the conversation or cannot be rendered
     */
    public Encoding encodeChat(
            List<ChatMessage> messages, Map<String, ? extends @Nullable Object> variables, ControlTokens spelledOut) {
        return encode(new Conversation(messages, variables, spelledOut, "", false), EncodingLimit.NONE);
    }

    /**
     * Returns the prompt of a conversation, within a limit.
     *
     * @throws ChatTemplateException if the template refuses the conversation, cannot be rendered, or leaves out the message
     *     that the answer is to continue
     * @throws io.speckv.text.TooManyTokensException if there are more tokens than the limit
     * @throws java.util.concurrent.CancellationException if the caller gave up
     */
    public Encoding encode(Conversation conversation, EncodingLimit limit) {
        Markers markers = markers(conversation);
        List<TemplateTurn> turns = whole(conversation);
        limit.check(0);
        LaidOut laidOut = layout(conversation, turns, conversation.variables(), markers, marksOf(markers));
        limit.check(0);
        Markers.Unmarked prompt = laidOut.prompt;
        int[] ids = laidOut.chat.ids();
        if (ids != null && laidOut.chat.text().equals(prompt.text())) {
            return known(prompt.text(), ids, limit);
        }
        if (conversation.spelledOut() == ControlTokens.AS_CONTROL) {
            return tokenizer.encode(prompt.text(), SpecialTokens.EXCLUDED, ControlTokens.AS_CONTROL, limit);
        }
        return tokenizer.encodeRendered(prompt.text(), prompt.userSpellings()::get, limit);
    }

    /** Returns the spans of known tokens: those of our tokenizer if it finds the same tokens, which is much faster. */
    private Encoding known(String text, int[] ids, EncodingLimit limit) {
        limit.check(ids.length);
        Encoding ours = tokenizer.encode(
                text,
                SpecialTokens.EXCLUDED,
                ControlTokens.AS_CONTROL,
                new EncodingLimit(Integer.MAX_VALUE, limit.cancelled()));
        return Arrays.equals(ours.ids(), ids) ? ours : DecodedTokens.spelledOut(tokenizer, ids);
    }

    /**
     * Returns the origin of each token of a conversation's prompt; empty if the template takes texts apart in a way that hides
     * it.
     *
     * @param prompt as {@link #encode} gave it
     */
    public Optional<PromptOrigins> origins(Conversation conversation, Encoding prompt) {
        Markers markers = markers(conversation);
        List<TemplateTurn> turns = whole(conversation);
        int messages = conversation.messages().size();
        return Stream.of(true, false)
                .flatMap(everywhere -> stretches(conversation, turns, prompt, markers, everywhere).stream())
                .findFirst()
                .map(stretches -> new OriginSearch(prompt, stretches, messages)
                        .origins(withoutTools(conversation, turns, markers, prompt)));
    }

    private List<TemplateTurn> whole(Conversation conversation) {
        return layout.whole(conversation.messages(), conversation.variables());
    }

    /** Returns the parts of the prompt that are from messages; empty if points in them change what the template writes. */
    private Optional<List<OriginPoints.Stretch>> stretches(
            Conversation conversation, List<TemplateTurn> turns, Encoding prompt, Markers markers, boolean everywhere) {
        OriginPoints points = new OriginPoints(markers, everywhere);
        try {
            Markers.Unmarked rendered =
                    layout(conversation, turns, conversation.variables(), markers, points::mark).prompt;
            return rendered.text().equals(prompt.text()) ? Optional.of(points.stretches(rendered)) : Optional.empty();
        } catch (ChatTemplateException e) {
            // The template refuses the points, not the conversation.
            return Optional.empty();
        }
    }

    /** Returns the prompt as the template writes it without tools; the prompt itself if there are no tools. */
    private String withoutTools(Conversation conversation, List<TemplateTurn> turns, Markers markers, Encoding prompt) {
        if (conversation.variables().get(TOOLS) == null) {
            return prompt.text();
        }
        Map<String, @Nullable Object> without = new LinkedHashMap<>(conversation.variables());
        without.remove(TOOLS);
        try {
            return layout(conversation, turns, without, markers, marksOf(markers))
                    .prompt
                    .text();
        } catch (ChatTemplateException e) {
            // The template insists on tools, so its text about them cannot be told from the rest.
            return prompt.text();
        }
    }

    private Markers markers(Conversation conversation) {
        ControlSpellings controls =
                conversation.spelledOut() == ControlTokens.AS_TEXT ? tokenizer.controls() : NO_CONTROLS;
        return Markers.absentFrom(conversation.messages(), conversation.variables(), controls);
    }

    /** Puts marks into a message. */
    private interface MessageMarks {
        ChatMessage mark(ChatMessage message, int number);
    }

    private static MessageMarks marksOf(Markers markers) {
        return (message, number) -> new ChatMessage(
                markers.mark(message.role()),
                message.content() == null ? null : markers.mark(message.content()),
                markers.markAll(message.attributes()));
    }

    /** The result of the layout, and the prompt in it without marks. */
    private record LaidOut(Markers.Unmarked prompt, LaidOutChat chat) {}

    private LaidOut layout(
            Conversation conversation,
            List<TemplateTurn> turns,
            Map<String, ? extends @Nullable Object> variables,
            Markers markers,
            MessageMarks marks) {
        List<ChatMessage> messages = new ArrayList<>();
        for (TemplateTurn turn : turns) {
            ChatMessage marked = marks.mark(turn.message(), turn.number());
            boolean goesOn = conversation.continuesLast() && messages.size() == turns.size() - 1;
            messages.add(goesOn ? ending(marked, markers) : marked);
        }
        LaidOutChat laidOut = layout.layOut(messages, markers.markAll(variables));
        Markers.Unmarked rendered = markers.unmark(laidOut.text());
        String text = conversation.continuesLast() ? cutBehindText(rendered) : rendered.text();
        return new LaidOut(
                new Markers.Unmarked(text + conversation.answerPrefix(), rendered.userSpellings(), rendered.points()),
                laidOut);
    }

    /** The space after the point shows whether the template trims the text. */
    private static ChatMessage ending(ChatMessage message, Markers markers) {
        if (message.content() == null) {
            throw new ChatTemplateException("expected text in the message that the answer goes on with, found none");
        }
        return new ChatMessage(message.role(), message.content() + markers.point(TEXT_END) + " ", message.attributes());
    }

    private static String cutBehindText(Markers.Unmarked rendered) {
        String text = rendered.text();
        for (int i = rendered.points().size() - 1; i >= 0; i--) {
            Markers.Point point = rendered.points().get(i);
            if (point.number() == TEXT_END) {
                boolean trimmed = point.at() == text.length() || text.charAt(point.at()) != ' ';
                int end = point.at();
                while (trimmed && end > 0 && OriginPoints.isTrimmed(text.charAt(end - 1))) {
                    end--;
                }
                return text.substring(0, end);
            }
        }
        throw new ChatTemplateException("the chat template leaves out the message that the answer is to go on with");
    }
}
