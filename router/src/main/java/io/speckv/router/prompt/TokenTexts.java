package io.speckv.router.prompt;

import io.speckv.proto.v1.TokenIds;
import io.speckv.proto.v1.TokenSpans;
import io.speckv.text.ControlTokens;
import io.speckv.text.Encoding;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.util.Arrays;

/** A prompt's tokens and the span of each in the text; text and spans are empty if the request gave ids. */
public record TokenTexts(String text, TokenIds tokens, TokenSpans spans) {

    public static TokenTexts of(PromptTokens prompt, Tokenizer tokenizer) {
        TokenIds tokens = TokenIds.newBuilder()
                .addAllIds(Arrays.stream(prompt.ids()).boxed().toList())
                .build();
        Encoding encoding = prompt.encoding();
        if (encoding == null) {
            String text = tokenizer.decode(prompt.ids(), SpecialTokens.INCLUDED);
            encoding = tokenizer.encode(text, SpecialTokens.EXCLUDED, ControlTokens.AS_CONTROL);
        }
        if (!Arrays.equals(encoding.ids(), prompt.ids())) {
            return new TokenTexts("", tokens, TokenSpans.getDefaultInstance());
        }
        TokenSpans.Builder spans = TokenSpans.newBuilder();
        Arrays.stream(encoding.codePointStarts()).forEach(spans::addStarts);
        Arrays.stream(encoding.codePointEnds()).forEach(spans::addEnds);
        return new TokenTexts(encoding.text(), tokens, spans.build());
    }
}
