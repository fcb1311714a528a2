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
 * Speculative decoding's draft, while a target answers: every token is sent as soon as it is drafted, and the target verifies what is there at its
 * next step, so neither waits for the other. The idea is PEARL's (arXiv:2408.11850): what its pre-verification and
 * post-verification do in rounds, the first drafted token being verified at once and drafting going on meanwhile, is here
 * the two running freely, the draft at most a {@link SpeculationLength} ahead. Confined to the engine's thread.
 */
public final class SpeculativeDraft implements AfterAnalysis<DraftResponse> {
    private static final Logger LOG = LoggerFactory.getLogger(SpeculativeDraft.class);

    private final BooleanSupplier pauses;
    private final BooleanSupplier ends;
    private final AnswerInbox answer;
    private final SpeculationLength length;
    /** Tokens of the answer that were taken. */
    private int known;
    /** The caller has what the draft speculates on before this place. */
    private int sent;

    private boolean keepsUp = true;
    private int drafted;
    private int wrong;

    /**
     * @param pauses whether analyses are under way, which come first
     * @param ends whether the draft's place is wanted for something else
     * @param answer of the target
     * @param length how far the draft may be ahead of it
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

    /** To a caller that does not read, speculation is of no use. */
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
