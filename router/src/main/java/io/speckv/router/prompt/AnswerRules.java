package io.speckv.router.prompt;

import io.speckv.answers.CallFormat;
import io.speckv.answers.ReasoningMarks;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.AnswerMarks;
import io.speckv.router.renderer.RendererSettings;
import io.speckv.router.settings.AnswerSettings;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import io.speckv.text.chat.ChatTemplate;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How to read the model's answers: as settings say, or else as its chat template writes past answers. Immutable. */
public final class AnswerRules {
    /** Names that need no quoting, so they can be written into the beginning of the answer. */
    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_.:/-]+");

    private final Tokenizer tokenizer;
    private final boolean elsewhere;
    private final boolean showsTools;
    private final CallFormat calls;
    private final boolean streamToolArguments;
    private final Optional<ReasoningMarks> reasoning;

    /**
     * @param template of the model's folder, or null where it has none that can be read
     * @param renderer lays chats out, and may read answers
     */
    public AnswerRules(
            AnswerSettings settings, Tokenizer tokenizer, @Nullable ChatTemplate template, RendererSettings renderer) {
        String withTools = template == null ? "" : template.source(true);
        String plain = template == null ? "" : template.source(false);
        this.tokenizer = tokenizer;
        this.elsewhere = renderer.readsAnswers();
        this.showsTools = renderer.kind() != RendererSettings.Kind.NONE
                || settings.callFormat().isPresent()
                || (template != null && template.readsTools());
        this.calls = settings.callFormat().orElseGet(() -> CallFormat.of(withTools));
        this.streamToolArguments = settings.streamToolArguments();
        this.reasoning = settings.isReasoningAuto()
                ? ReasoningMarks.of(withTools).or(() -> ReasoningMarks.of(plain))
                : settings.reasoningMarks();
    }

    /**
     * Checks that the prompt tells the model about tools, and that calls in its answer can be found.
     *
     * @throws RequestException naming the field
     */
    void requireTools() {
        if (elsewhere) {
            return;
        }
        if (calls == CallFormat.NONE) {
            throw RequestException.invalidField(
                    "prompt.chat.tool_use",
                    "cannot be honoured: how this model writes calls is not known from its chat template; the router's"
                            + " answers.tool-calls can name it");
        }
        if (!showsTools) {
            throw RequestException.invalidField(
                    "prompt.chat.tool_use",
                    "cannot be honoured: the model's chat template shows no tools to the model");
        }
    }

    /**
     * What forces an answer to be a call.
     *
     * @param prefix that the answer is made to begin with
     * @param schema that the text behind the prefix is held to; empty for none
     */
    record RequiredCall(String prefix, String schema) {}

    /**
     * Returns what forces an answer to be a call.
     *
     * @param prompt as the template ends it
     * @param definitions of the tools that are offered, each with function.name
     * @param tool the one to be called; empty for any
     * @param heldToSchemas whether the target can hold answers to a schema
     * @throws RequestException if an engine's renderer reads the answers
     */
    RequiredCall required(String prompt, List<?> definitions, String tool, boolean heldToSchemas) {
        if (elsewhere) {
            throw RequestException.invalidField(
                    "prompt.chat.tool_use.choice",
                    "asks for a call, and the router does not know what begins one: the engine's renderer reads the answers");
        }
        String closing = reasoning
                .filter(marks -> marks.isOpenAfter(prompt))
                .map(marks -> marks.end() + "\n\n")
                .orElse("");
        Optional<String> object = calls.beforeObject().filter(before -> heldToSchemas);
        return object.flatMap(before -> CallSchema.of(definitions, tool, calls.argumentsKey())
                        .map(schema -> new RequiredCall(closing + before, schema)))
                .orElseGet(() -> new RequiredCall(closing + calls.opening(plain(tool)), ""));
    }

    private static String plain(String tool) {
        return PLAIN_NAME.matcher(tool).matches() ? tool : "";
    }

    /**
     * Returns how an answer is to be read.
     *
     * @param withTools whether it may call tools
     * @param prompt as the template ends it, without {@code prefix}
     * @param prefix that the answer is made to begin with
     */
    AnswerMarks marks(boolean withTools, String prompt, String prefix) {
        if (elsewhere) {
            return AnswerMarks.newBuilder().setPiecesFollow(true).build();
        }
        AnswerMarks.Builder marks = AnswerMarks.newBuilder().setPrefix(prefix);
        if (withTools) {
            marks.setToolCallFormat(calls.label()).setStreamToolArguments(streamToolArguments);
        }
        reasoning.filter(known -> !known.isClosedAfter(prompt)).ifPresent(known -> {
            marks.setReasoningStart(known.start())
                    .setReasoningEnd(known.end())
                    .setReasoningOpened(known.isOpenAfter(prompt));
            int[] end = tokenizer.encode(known.end(), SpecialTokens.EXCLUDED).ids();
            if (end.length == 1) {
                marks.setReasoningEndTokenId(end[0]);
            }
        });
        return marks.build();
    }

    /** Returns whether one of these marks is a special token, which an answer's text leaves out unless it is asked for. */
    public boolean needSpecialTokens(AnswerMarks marks) {
        Stream<String> needed = Stream.concat(
                marks.getToolCallFormat().isEmpty()
                        ? Stream.empty()
                        : CallFormat.named(marks.getToolCallFormat()).openers().stream(),
                Stream.of(marks.getReasoningStart(), marks.getReasoningEnd()));
        return needed.anyMatch(tokenizer.specialTokens()::containsKey);
    }
}
