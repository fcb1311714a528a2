package io.speckv.router.renderer;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpc.Context;
import io.speckv.engineclient.EngineReply;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * The questions about one chat, one after the other. The first question takes a place at the renderer, and all later ones share
 * it. A chat holds no place before that: it may still be waiting, or turn out to be invalid. Thread-confined.
 */
final class ChatQuestions implements AutoCloseable {
    private final RendererCalls calls;
    private final RendererWait waiting;
    private boolean holdsPlace;

    ChatQuestions(RendererCalls calls, RendererWait waiting) {
        this.calls = calls;
        this.waiting = waiting;
    }

    /**
     * Asks, and waits for the answer.
     *
     * @return the renderer's answer, which may be a refusal of the chat but never a failure of the renderer itself
     * @throws RequestException with QUEUE_FULL if there is no place, with NO_RENDERER if there is no answer in time or the
     *     renderer does not do its work, with CANCELLED if the caller has gone
     */
    EngineReply ask(String path, JsonNode body) {
        if (!holdsPlace) {
            calls.takePlace();
            holdsPlace = true;
        }
        CompletableFuture<EngineReply> reply = calls.askLater(path, body);
        return waiting.during(() -> answered(reply));
    }

    /** Gives the place back. */
    @Override
    public void close() {
        if (holdsPlace) {
            holdsPlace = false;
            calls.giveBackPlace();
        }
    }

    private static EngineReply answered(CompletableFuture<EngineReply> reply) {
        Context caller = Context.current();
        Context.CancellationListener gone = context -> reply.cancel(true);
        caller.addListener(gone, Runnable::run);
        try {
            return reply.get();
        } catch (CancellationException e) {
            throw callerGone();
        } catch (InterruptedException e) {
            reply.cancel(true);
            Thread.currentThread().interrupt();
            throw callerGone();
        } catch (ExecutionException e) {
            if (caller.isCancelled()) {
                throw callerGone();
            }
            throw e.getCause() instanceof RequestException known ? known : new IllegalStateException(e);
        } finally {
            caller.removeListener(gone);
        }
    }

    private static RequestException callerGone() {
        return RequestException.of(FailureCode.CANCELLED, "the caller has gone before its chat was rendered");
    }
}
