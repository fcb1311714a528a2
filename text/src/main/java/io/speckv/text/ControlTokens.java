package io.speckv.text;

/** How to treat the spelling of a special token, such as {@code <|im_end|>}, in text that a user wrote. */
public enum ControlTokens {
    /** The spelling stays text, so a user cannot end a turn or open another. The default for chats. */
    AS_TEXT,
    /** The spelling becomes the special token, as when Hugging Face encodes the whole string. */
    AS_CONTROL
}
