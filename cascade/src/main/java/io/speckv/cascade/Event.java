package io.speckv.cascade;

/** What happens to a request. */
public sealed interface Event {
    /** Lets a state react. */
    Turn reach(State state);

    /** The request has its turn. */
    record Admitted() implements Event {
        @Override
        public Turn reach(State state) {
            return state.admitted();
        }
    }

    /**
     * The draft, or a classifier, has scored the tokens that it was given to read.
     *
     * @param scores of those tokens in the target's vocabulary, {@code [tokens]}, finite
     */
    record Scored(float[] scores) implements Event {
        @Override
        public Turn reach(State state) {
            return state.scored(this);
        }
    }

    /**
     * More lookahead tokens have arrived.
     *
     * @param tokens the next tokens, of the target's vocabulary
     */
    record LookaheadGrew(int[] tokens) implements Event {
        @Override
        public Turn reach(State state) {
            return state.lookaheadGrew(this);
        }
    }

    /**
     * The draft has done what it was asked for.
     *
     * @param rest of the lookahead: the tokens that were not sent before
     */
    record DraftDone(int[] rest) implements Event {
        @Override
        public Turn reach(State state) {
            return state.draftDone(this);
        }
    }

    /** The draft sends nothing more. If the failure is not a {@link Failure.WithoutDraft}, another method would not help. */
    record DraftLost(Failure failure) implements Event {
        @Override
        public Turn reach(State state) {
            return state.draftLost(this);
        }
    }

    /** A piece of the answer has arrived. */
    record Grew(AnswerPiece piece) implements Event {
        @Override
        public Turn reach(State state) {
            return state.grew(this);
        }
    }

    /** The client has room for more of the answer. */
    record RoomCame() implements Event {
        @Override
        public Turn reach(State state) {
            return state.roomCame();
        }
    }

    /** The target's answer is complete. */
    record Finished() implements Event {
        @Override
        public Turn reach(State state) {
            return state.finished();
        }
    }

    /**
     * The target sends nothing more.
     *
     * @param noRoom whether the target has no room for this prompt, so that another method may still work
     */
    record TargetLost(Throwable cause, boolean noRoom) implements Event {
        public TargetLost(Throwable cause) {
            this(cause, false);
        }

        @Override
        public Turn reach(State state) {
            return state.targetLost(this);
        }
    }

    /** An effect could not be performed, or the process stops. */
    record Broke(Throwable cause) implements Event {
        @Override
        public Turn reach(State state) {
            return state.broke(this);
        }
    }

    /** Nothing can be sent to the client any more: it has received all of its answer, or it left before that. */
    record ClientLeft() implements Event {
        @Override
        public Turn reach(State state) {
            return state.clientLeft();
        }
    }
}
