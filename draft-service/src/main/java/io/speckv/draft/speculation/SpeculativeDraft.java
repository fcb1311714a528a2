package io.speckv.draft.speculation;

import io.speckv.engine.generate.OpenDraft;
import io.speckv.kit.stream.StreamWriter;
import io.speckv.proto.v1.DraftResponse;
import io.speckv.proto.v1.LookaheadTokens;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The draft of speculative decoding, while a target answers. Every token is sent as soon as it is drafted, and the target
 * verifies the tokens that have arrived by its next step, so neither waits for the other. The idea is PEARL's
 * (arXiv:2408.11850). PEARL works in rounds: it verifies the first drafted token at once (pre-verification) and goes on
 * drafting meanwhile (post-verification). Here both sides run freely, and the draft is at most a {@link SpeculationLength}
 * ahead. Confined to the engine's thread.
 */
public final class SpeculativeDraft implements AfterAnalysis<DraftResponse> {
    private static final Logger LOG = LoggerFactory.getLogger(SpeculativeDraft.class);

    private final BooleanSupplier pauses;
    private final BooleanSupplier ends;
    private final AnswerInbox answer;
    private final SpeculationLength length;
    /** Number of the answer's tokens that were taken. */
    private int known;
    /** The caller has the draft's tokens before this place. */
    private int sent;

    private boolean keepsUp = true;
    private int drafted;
    private int wrong;

    /**
     * @param pauses whether drafting must pause, because analyses are under way and come first
     * @param ends whether drafting must end, because the draft's place is needed for another request
     * @param answer of the target
     * @param length how far the draft may be ahead of the answer
     */
    public SpeculativeDraft(
            BooleanSupplier pauses, BooleanSupplier ends, AnswerInbox answer, SpeculationLength length) {
        this.pauses = pauses;
        this.ends = ends;
        this.answer = answer;
        this.length = length;
    }

    @Override
    public void begin(OpenDraft draft) {
        sent = draft.size();
    }

    @Override
    public boolean isReady(OpenDraft draft) {
        hear(draft);
        return !pauses.getAsBoolean() && draft.canDraft() && draft.size() - known < length.tokens();
    }

    private void hear(OpenDraft draft) {
        for (int[] news = answer.next(); news.length > 0; news = answer.next()) {
            take(draft, news);
        }
    }

    private void take(OpenDraft draft, int[] news) {
        for (int token : news) {
            boolean speculated = known < draft.size();
            if (draft.answered(known, token)) {
                length.right();
            } else {
                sent = Math.min(sent, known);
                if (speculated) {
                    wrong++;
                    length.wrong();
                }
            }
            known++;
        }
    }

    @Override
    public void drafted(OpenDraft draft, StreamWriter<DraftResponse> stream) {
        drafted++;
        LookaheadTokens.Builder tokens = LookaheadTokens.newBuilder().setFirstIndex(sent);
        Arrays.stream(draft.guess(sent)).forEach(tokens::addTokenIds);
        sent = draft.size();
        keepsUp = stream.send(DraftResponse.newBuilder().setLookahead(tokens).build());
    }

    /** Speculation also ends for a caller that does not read, because it is of no use then. */
    @Override
    public boolean isOver(OpenDraft draft) {
        hear(draft);
        return !keepsUp || answer.isComplete() || ends.getAsBoolean() || draft.isFull();
    }

    @Override
    public void end() {
        LOG.atDebug()
                .addKeyValue("answer_tokens", known)
                .addKeyValue("drafted_tokens", drafted)
                .addKeyValue("wrong_tokens", wrong)
                .log("speculated");
    }
}
