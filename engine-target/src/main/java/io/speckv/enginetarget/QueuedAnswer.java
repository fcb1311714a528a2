package io.speckv.enginetarget;

import io.speckv.kit.admission.Admission;
import io.speckv.kit.admission.QueuePlace;
import io.speckv.kit.stream.GenerateMessages.Answering;
import io.speckv.proto.v1.LookaheadTokens;

/** An answer and its place: the engine is asked when its turn comes. There is no use for lookahead. */
final class QueuedAnswer implements Answering {
    private final EngineAnswer answer;
    private final QueuePlace place = new QueuePlace();

    private QueuedAnswer(EngineAnswer answer) {
        this.answer = answer;
    }

    /** Has an answer wait for its turn. */
    static QueuedAnswer enter(Admission admission, EngineOrder order, EngineAnswer answer) {
        QueuedAnswer queued = new QueuedAnswer(answer);
        queued.place.enter(admission, order.promptTokens(), answer::begin);
        return queued;
    }

    @Override
    public void take(LookaheadTokens lookahead) {}

    @Override
    public void complete() {}

    @Override
    public void leave() {
        answer.leave();
        place.leave();
    }
}
