package io.speckv.cascade;

/**
 * Performs effects. It knows threads, networks and models, and decides nothing about a request. Its methods start work and
 * return at once; results come back as events.
 */
public interface CascadeDriver {
    void askDraft(Effect.AskDraft effect);

    void askNgrams(Effect.AskNgrams effect);

    void fallBack(Effect.FallBack effect);

    void askTarget(Effect.AskTarget effect);

    void sendLookahead(Effect.SendLookahead effect);

    void complete();

    void cancelDraft();

    void cancelTarget();

    void begin(Effect.Begin effect);

    void reply(Effect.Reply effect);

    void takeMore(Effect.TakeMore effect);

    void finish(Effect.Finish effect);

    void explain(Effect.Explain effect);

    void fail(Effect.Fail effect);

    void release();
}
