package io.speckv.draft;

import io.speckv.engine.generate.OpenDraft;
import io.speckv.kit.stream.StreamWriter;
import io.speckv.proto.v1.DraftResponse;
import io.speckv.proto.v1.LookaheadTokens;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drafts while a target answers: every token is sent as soon as it is drafted, and the target verifies what is there at its
 * next step, so neither waits for the other. The idea is PEARL's (arXiv:2408.11850): what its pre-verification and
 * post-verification do in rounds, the first drafted token being verified at once and drafting going on meanwhile, is here
 * the two running freely, the draft at most a {@link DraftLength} ahead. Runs on a thread of the engine.
 */
final class AheadOfAnswer implements AnalysisCall.Continuation<DraftResponse> {
    private static final Logger LOG = LoggerFactory.getLogger(AheadOfAnswer.class);
    /** How soon it is noticed that another request is there for the draft. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final DraftEngine engine;
    private final AnswerInbox answer;
    private final DraftLength length;
    /** Tokens of the answer that were taken. */
    private int known;
    /** The caller has what the draft expects before this place. */
    private int sent;

    private int drafted;
    private int wrong;

    AheadOfAnswer(DraftEngine engine, AnswerInbox answer, DraftLength length) {
        this.engine = engine;
        this.answer = answer;
        this.length = length;
    }

    @Override
    public void run(OpenDraft draft, StreamWriter<DraftResponse> stream) {
        sent = draft.size();
        boolean keepsUp = true;
        while (keepsUp && isWanted(stream) && !draft.isFull()) {
            boolean mayDraft = draft.canDraft() && draft.size() - known < length.tokens();
            int[] news = answer.next(mayDraft ? 0 : LOOK_NANOS);
            if (news.length > 0) {
                take(draft, news);
            } else if (mayDraft) {
                draft.draft();
                drafted++;
                keepsUp = send(draft, stream);
            }
        }
        LOG.atDebug()
                .addKeyValue("answer_tokens", known)
                .addKeyValue("drafted_tokens", drafted)
                .addKeyValue("wrong_tokens", wrong)
                .log("went on drafting");
    }

    /** A request that has no scores yet comes before one that is only to become faster. */
    private boolean isWanted(StreamWriter<DraftResponse> stream) {
        return !stream.isOver() && !answer.isComplete() && engine.mayGoOn();
    }

    private void take(OpenDraft draft, int[] news) {
        for (int token : news) {
            boolean expected = known < draft.size();
            if (draft.answered(known, token)) {
                length.right();
            } else {
                sent = Math.min(sent, known);
                if (expected) {
                    wrong++;
                    length.wrong();
                }
            }
            known++;
        }
    }

    /** Returns whether the caller reads fast enough; to one that does not, going on is of no use. */
    private boolean send(OpenDraft draft, StreamWriter<DraftResponse> stream) {
        LookaheadTokens.Builder tokens = LookaheadTokens.newBuilder().setFirstIndex(sent);
        Arrays.stream(draft.guess(sent)).forEach(tokens::addTokenIds);
        sent = draft.size();
        return stream.offer(DraftResponse.newBuilder().setLookahead(tokens).build());
    }
}
