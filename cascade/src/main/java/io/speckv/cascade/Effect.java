package io.speckv.cascade;

import io.speckv.selection.method.DraftWork;
import io.speckv.selection.method.Method;

/** What a driver has to do. */
public sealed interface Effect {
    /** Has a driver do it. */
    void perform(CascadeDriver driver);

    /**
     * Ask the draft; where it cannot even be asked, {@link Event.DraftLost} is to follow.
     *
     * @param method that is applied
     * @param work that it wants. A draft that drafts as much as the answer is long may be asked for less
     * @param reads what the draft is to read
     * @param last whether the target is asked next; a draft may be asked about earlier stretches of the prompt before
     */
    record AskDraft(Method method, DraftWork work, DraftPrompt reads, boolean last) implements Effect {
        @Override
        public void perform(CascadeDriver driver) {
            driver.askDraft(this);
        }
    }

    /** Guess lookahead from the prompt's n-grams; {@link Event.DraftDone} is to follow. */
    record AskNgrams(int mostTokens) implements Effect {
        @Override
        public void perform(CascadeDriver driver) {
            driver.askNgrams(this);
        }
    }

    /** Note that another method is applied than the one asked for. */
    record FallBack(DraftLoss why, Method method) implements Effect {
        @Override
        public void perform(CascadeDriver driver) {
            driver.fallBack(this);
        }
    }

    /**
     * Ask the target.
     *
     * @param lookahead that is here by now; more may follow until {@link Complete}
     */
    record AskTarget(Choice choice, int[] lookahead) implements Effect {
        @Override
        public void perform(CascadeDriver driver) {
            driver.askTarget(this);
        }
    }

    /**
     * Send the target more lookahead.
     *
     * @param firstIndex number of tokens that were sent before
     */
    record SendLookahead(int firstIndex, int[] tokens) implements Effect {
        @Override
        public void perform(CascadeDriver driver) {
            driver.sendLookahead(this);
        }
    }

    /** Tell the target that no more lookahead comes. */
    record Complete() implements Effect {
        @Override
        public void perform(CascadeDriver driver) {
            driver.complete();
        }
    }

    /** Tell the draft that nothing more is wanted of it. */
    record CancelDraft() implements Effect {
        @Override
        public void perform(CascadeDriver driver) {
            driver.cancelDraft();
        }
    }

    /** Tell the target that nothing more is wanted of it. */
    record CancelTarget() implements Effect {
        @Override
        public void perform(CascadeDriver driver) {
            driver.cancelTarget();
        }
    }

    /** Begin the reply: the target has answered, so no other will. */
    record Begin(Choice choice) implements Effect {
        @Override
        public void perform(CascadeDriver driver) {
            driver.begin(this);
        }
    }

    /** Send the client a piece of the answer. */
    record Reply(AnswerPiece piece) implements Effect {
        @Override
        public void perform(CascadeDriver driver) {
            driver.reply(this);
        }
    }

    /** Take as many more pieces from the target as were sent on. */
    record TakeMore(int pieces) implements Effect {
        @Override
        public void perform(CascadeDriver driver) {
            driver.takeMore(this);
        }
    }

    /**
     * End the reply well.
     *
     * @param generatedTokens of the answer, the token that ended it not counted
     */
    record Finish(Choice choice, int generatedTokens) implements Effect {
        @Override
        public void perform(CascadeDriver driver) {
            driver.finish(this);
        }
    }

    /**
     * End the reply with what the target would have been asked.
     *
     * @param scores of the prompt's tokens {@code [promptTokens]}; empty where the method needs none
     */
    record Explain(Choice choice, float[] scores, int[] lookahead) implements Effect {
        @Override
        public void perform(CascadeDriver driver) {
            driver.explain(this);
        }
    }

    /** End the reply with a failure. */
    record Fail(Failure failure) implements Effect {
        @Override
        public void perform(CascadeDriver driver) {
            driver.fail(this);
        }
    }

    /** Give the place in the queue back, whether its turn has come or not. */
    record Release() implements Effect {
        @Override
        public void perform(CascadeDriver driver) {
            driver.release();
        }
    }
}
