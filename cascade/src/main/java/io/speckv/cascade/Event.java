package io.speckv.cascade;

/** What happens to a request. */
public sealed interface Event {
    /** Lets a state react. */
    Turn reach(State state);

    /** It has its turn. */
    record Admitted() implements Event {
        @Override
        public Turn reach(State state) {
            return state.admitted();
        }
    }

    /**
     * The draft has scored what it was to read, or a classifier has.
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
     * The lookahead goes on.
     *
     * @param tokens the next ones, of the target's vocabulary
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
     * @param rest of the lookahead: what was not told before
     */
    record DraftDone(int[] rest) implements Event {
        @Override
        public Turn reach(State state) {
            return state.draftDone(this);
        }
    }

    /**
     * No more comes from the draft. Where that is for any other reason than {@link Failure.WithoutDraft}, another method
     * would not help.
     */
    record DraftLost(Failure failure) implements Event {
        @Override
        public Turn reach(State state) {
            return state.draftLost(this);
        }
    }

    /** The answer grew. */
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
     * No more comes from the target.
     *
     * @param noRoom whether it has no room for what it was asked, for which another way might do
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

    /** Nothing can be sent to the client any more: it has taken the end of its answer, or has gone before. */
    record ClientLeft() implements Event {
        @Override
        public Turn reach(State state) {
            return state.clientLeft();
        }
    }
}
