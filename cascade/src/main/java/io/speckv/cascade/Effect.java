package io.speckv.cascade;

import io.speckv.selection.method.DraftWork;
import io.speckv.selection.method.Method;

/** What a driver has to do. */
public sealed interface Effect {
    /** Calls the driver's method for this effect. */
    void perform(CascadeDriver driver);

    /**
     * Ask the draft. Where it cannot even be asked, {@link Event.DraftLost} must follow.
     *
     * @param method that is applied
     * @param work that the method needs done. The driver may ask for less from a draft that drafts as many tokens as the
     *     answer has
     * @param reads what the draft is to read
     * @param last whether the target is asked next; before that, a draft may be asked about earlier stretches of the prompt
     */
    record AskDraft(Method method, DraftWork work, DraftPrompt reads, boolean last) implements Effect {
        @Override
        public void perform(CascadeDriver driver) {
            driver.askDraft(this);
        }
    }

    /** Guess lookahead from the prompt's n-grams; {@link Event.DraftDone} must follow. */
    record AskNgrams(int mostTokens) implements Effect {
        @Override
        public void perform(CascadeDriver driver) {
            driver.askNgrams(this);
        }
    }

    /** Note that a method other than the one asked for is applied. */
    record FallBack(DraftLoss why, Method method) implements Effect {
        @Override
        public void perform(CascadeDriver driver) {
            driver.fallBack(this);
        }
    }

    /**
     * Ask the target.
     *
     * @param lookahead tokens that have arrived so far; more may follow until {@link Complete}
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

    /** Tell the draft to stop. */
    record CancelDraft() implements Effect {
        @Override
        public void perform(CascadeDriver driver) {
            driver.cancelDraft();
        }
    }

    /** Tell the target to stop. */
    record CancelTarget() implements Effect {
        @Override
        public void perform(CascadeDriver driver) {
            driver.cancelTarget();
        }
    }

    /** Begin the reply. The target has answered, so no other target will. */
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

    /** Take as many more pieces from the target as the client was sent. */
    record TakeMore(int pieces) implements Effect {
        @Override
        public void perform(CascadeDriver driver) {
            driver.takeMore(this);
        }
    }

    /**
     * End the reply with success.
     *
     * @param generatedTokens tokens of the answer, without the token that ended it
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
