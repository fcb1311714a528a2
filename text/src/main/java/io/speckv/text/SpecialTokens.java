package io.speckv.text;

/** Whether the tokens that frame a text, such as begin-of-text, take part in encoding or decoding. */
public enum SpecialTokens {
    /** Encoding adds the tokenizer's framing tokens; decoding spells special tokens out. */
    INCLUDED,
    /** Encoding adds nothing; decoding leaves special tokens out. */
    EXCLUDED
}
