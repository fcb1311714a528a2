package io.speckv.text;

/** What becomes of the spelling of a special token, such as {@code <|im_end|>}, inside text that a user wrote. */
public enum ControlTokens {
    /** It stays text, so a user cannot end a turn or open another. The default for chats. */
    AS_TEXT,
    /** It becomes the special token, as when Hugging Face encodes the whole string. */
    AS_CONTROL
}
