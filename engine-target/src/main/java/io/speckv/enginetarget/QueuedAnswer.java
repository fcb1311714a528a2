package io.speckv.enginetarget;

import io.speckv.kit.admission.Admission;
import io.speckv.kit.admission.QueuePlace;
import io.speckv.kit.stream.GenerateMessages.Answering;
import io.speckv.proto.v1.LookaheadTokens;

/** An answer that waits for its turn before the engine is asked. Ignores lookahead, which an engine cannot use. */
final class QueuedAnswer implements Answering {
    private final EngineAnswer answer;
    private final QueuePlace place = new QueuePlace();

    private QueuedAnswer(EngineAnswer answer) {
        this.answer = answer;
    }

    /** Queues an answer. */
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
