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
    /** The analysis is done. */
    void begin(OpenDraft draft);

    /** Returns whether the draft is to draft a token now. */
    boolean isReady(OpenDraft draft);

    /** The draft has drafted a token. */
    void drafted(OpenDraft draft, StreamWriter<T> stream);

    /** Returns whether the draft is to draft no more. */
    boolean isOver(OpenDraft draft);

    /** The draft drafts no more, for whatever reason. */
    void end();
}
