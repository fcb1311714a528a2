package io.speckv.draft.speculation;

import com.google.protobuf.MessageLite;
import io.speckv.engine.generate.OpenDraft;
import io.speckv.kit.stream.StreamWriter;

/**
 * What a draft does between its analysis and the end of its call. Confined to the engine's thread.
 *
 * @param <T> the stream's messages
 */
public interface AfterAnalysis<T extends MessageLite> {
    /** Called when the analysis is done. */
    void begin(OpenDraft draft);

    /** Returns whether the draft should draft a token now. */
    boolean isReady(OpenDraft draft);

    /** Called when the draft has drafted a token. */
    void drafted(OpenDraft draft, StreamWriter<T> stream);

    /** Returns whether the draft should draft no more tokens. */
    boolean isOver(OpenDraft draft);

    /** Called when the draft drafts no more tokens, for any reason. */
    void end();
}
