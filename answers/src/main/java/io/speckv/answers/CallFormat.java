package io.speckv.answers;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The ways in which models write calls of tools. */
@SuppressWarnings("ImmutableEnumChecker") // The lists are made by List.of.
public enum CallFormat {
    /** Finds no calls: everything is text. */
    NONE(List.of(), List.of()) {
        @Override
        CallMatcher begin(String opener, ToolTypes tools, AnnouncedCalls announced) {
            throw new IllegalStateException("nothing opens a call");
        }

        @Override
        public String opening(String tool) {
            return "";
        }
    },
    /** {@code <tool_call>{"name": ..., "arguments": {...}}</tool_call>}: Hermes, Qwen2.5, Qwen3. */
    HERMES(List.of(TaggedCall.OPEN), List.of()) {
        @Override
        CallMatcher begin(String opener, ToolTypes tools, AnnouncedCalls announced) {
            return new TaggedCall(announced);
        }

        @Override
        public String opening(String tool) {
            return TaggedCall.OPEN + "\n{\"name\": \"" + (tool.isEmpty() ? "" : tool + "\", \"arguments\": ");
        }
    },
    /**
     * {@code {"name": ..., "parameters": {...}}}, alone, in an array or one after the other, with or without {@code
     * <|python_tag|>} before it: Llama 3.1 and later. Without the tag an object is a call only if it names a declared tool.
     */
    LLAMA3_JSON(List.of(BareJsonCall.TAG, "{", "["), List.of()) {
        @Override
        CallMatcher begin(String opener, ToolTypes tools, AnnouncedCalls announced) {
            return new BareJsonCall(opener, tools, announced);
        }

        @Override
        public String opening(String tool) {
            return "{\"name\": \"" + (tool.isEmpty() ? "" : tool + "\", \"parameters\": ");
        }
    },
    /** {@code [TOOL_CALLS]name{...}}, also with {@code [CALL_ID]} and {@code [ARGS]}, or with an array of calls: Mistral. */
    MISTRAL(List.of(MistralCall.OPEN), List.of()) {
        @Override
        CallMatcher begin(String opener, ToolTypes tools, AnnouncedCalls announced) {
            return new MistralCall(announced);
        }

        /** Mistral's models differ in what follows the mark, so the opening ends with the mark. */
        @Override
        public String opening(String tool) {
            return MistralCall.OPEN;
        }
    },
    /** {@code <tool_call><function=name><parameter=key>value</parameter></function></tool_call>}: Qwen3-Coder, Qwen3.5. */
    QWEN3_CODER(List.of(TaggedCall.OPEN, XmlCall.FUNCTION), List.of(TaggedCall.CLOSE)) {
        @Override
        CallMatcher begin(String opener, ToolTypes tools, AnnouncedCalls announced) {
            return new XmlCall(opener, tools, announced);
        }

        @Override
        public String opening(String tool) {
            return TaggedCall.OPEN + "\n" + XmlCall.FUNCTION + (tool.isEmpty() ? "" : tool + ">\n");
        }
    },
    /** Calls between {@code <｜tool▁call▁begin｜>} and {@code <｜tool▁call▁end｜>}: DeepSeek V3, R1-0528 and V3.1. */
    DEEPSEEK(List.of(DeepSeekCall.CALLS_BEGIN, DeepSeekCall.CALL_BEGIN), List.of(DeepSeekCall.CALLS_END)) {
        @Override
        CallMatcher begin(String opener, ToolTypes tools, AnnouncedCalls announced) {
            return new DeepSeekCall(opener, announced);
        }

        /** DeepSeek's models differ in what follows the marks, so the opening ends with them. */
        @Override
        public String opening(String tool) {
            return DeepSeekCall.CALLS_BEGIN + DeepSeekCall.CALL_BEGIN;
        }
    };

    private final List<String> openers;
    private final List<String> trailers;

    CallFormat(List<String> openers, List<String> trailers) {
        this.openers = openers;
        this.trailers = trailers;
    }

    /** Returns the format in which a chat template writes past calls; {@link #NONE} if it writes none or an unknown one. */
    public static CallFormat of(String template) {
        if (template.contains(XmlCall.FUNCTION)) {
            return QWEN3_CODER;
        }
        if (template.contains(DeepSeekCall.CALL_BEGIN)) {
            return DEEPSEEK;
        }
        if (template.contains(MistralCall.OPEN)) {
            return MISTRAL;
        }
        if (template.contains(TaggedCall.OPEN) && !template.contains("<arg_key>")) {
            return HERMES;
        }
        boolean llama = template.contains(BareJsonCall.TAG) || template.contains("<|start_header_id|>");
        return llama && template.contains("\"parameters\"") ? LLAMA3_JSON : NONE;
    }

    /**
     * Returns the format with the name that {@link #label} returns.
     *
     * @throws IllegalArgumentException if no format has this name
     */
    public static CallFormat named(String label) {
        return Arrays.stream(values())
                .filter(format -> format.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("tool call format '" + label
                        + "' is not known, must be one of "
                        + Arrays.stream(values()).map(CallFormat::label).toList()));
    }

    /** Returns the name in settings and on the wire, such as {@code qwen3-coder}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns the texts with which a call may begin. */
    public List<String> openers() {
        return openers;
    }

    /** Returns the marks that may follow a call and carry no content. */
    List<String> trailers() {
        return trailers;
    }

    /** Returns whether calls begin with marks that appear nowhere else in answers. */
    boolean isMarked() {
        return openers.stream().allMatch(opener -> opener.length() > 1) && this != NONE;
    }

    /** Returns whether {@code c} is only layout when it stands between two calls. */
    boolean isLayout(char c, boolean afterCall) {
        return Character.isWhitespace(c) || (afterCall && this == LLAMA3_JSON && c == ';');
    }

    /**
     * Returns the beginning that all calls of this format share. An answer that is made to begin with it is almost certainly a
     * call.
     *
     * @param tool the one to be called, or empty for any; it needs no quoting in JSON or XML
     */
    public abstract String opening(String tool);

    /** Returns the text before a call's JSON object; empty if calls are not one object with a name and arguments. */
    public Optional<String> beforeObject() {
        return switch (this) {
            case HERMES -> Optional.of(TaggedCall.OPEN + "\n");
            case LLAMA3_JSON -> Optional.of("");
            case NONE, MISTRAL, QWEN3_CODER, DEEPSEEK -> Optional.empty();
        };
    }

    /** Returns the key of the arguments in that object. */
    public String argumentsKey() {
        return this == LLAMA3_JSON ? "parameters" : "arguments";
    }

    /**
     * Returns a reader for the call whose opening mark was just read.
     *
     * @param announced takes the parts of the call that are certain before it is complete
     */
    abstract CallMatcher begin(String opener, ToolTypes tools, AnnouncedCalls announced);
}
