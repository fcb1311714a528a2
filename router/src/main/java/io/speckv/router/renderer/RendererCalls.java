package io.speckv.router.renderer;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpc.Context;
import io.speckv.engineclient.EngineClient;
import io.speckv.engineclient.EngineConnection;
import io.speckv.engineclient.EngineReply;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Asks an engine's renderer: as many questions at once, as long and for as much as it may. Thread-safe. */
final class RendererCalls {
    /** Of one answer: the ids of four million tokens. */
    private static final int BYTES_MOST = 64 << 20;

    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

    private final EngineClient client;
    private final String name;
    private final @Nullable String model;
    private final Duration timeout;
    private final int atOnce;
    private final Semaphore places;

    private RendererCalls(EngineClient client, RendererSettings settings) {
        this.client = client;
        this.name = "the " + settings.kind() + " renderer at " + settings.address();
        this.model = settings.model();
        this.timeout = settings.timeout();
        this.atOnce = settings.atOnce();
        this.places = new Semaphore(atOnce);
    }

    static RendererCalls to(RendererSettings settings) {
        return new RendererCalls(
                new EngineClient(new EngineConnection(
                        settings.address(),
                        settings.keyFile(),
                        settings.trustedCertificates(),
                        settings.connectTimeout())),
                settings);
    }

    /** Returns kind and address, for messages. */
    String name() {
        return name;
    }

    /** Returns the model's name there; null for the only one. */
    @Nullable
    String model() {
        return model;
    }

    /**
     * Asks, and waits for the answer.
     *
     * @return what it answers, refusals included; none of them is about the renderer itself
     * @throws RequestException with NO_RENDERER if there is no answer in time or the renderer does not do its work, with QUEUE_FULL
     *     if too many wait for it already, with CANCELLED if the caller has gone
     */
    EngineReply ask(String path, JsonNode body) {
        if (!places.tryAcquire()) {
            throw RequestException.of(
                            FailureCode.QUEUE_FULL, name + " has " + atOnce + " chats in hand, as many as it may")
                    .retryAfter(TRY_AGAIN);
        }
        try {
            return answered(askLater(path, body));
        } finally {
            places.release();
        }
    }

    /** Asks without waiting; fails as {@link #ask} does. Cancelling what is returned closes the connection. */
    CompletableFuture<EngineReply> askLater(String path, JsonNode body) {
        CompletableFuture<EngineReply> sent = client.post(path, body, timeout, BYTES_MOST);
        CompletableFuture<EngineReply> checked = sent.handle((reply, failure) -> {
            if (reply == null) {
                throw RendererFailures.gone(name, why(failure));
            }
            return RendererFailures.requireWorking(name, path, reply);
        });
        var unused = checked.whenComplete((reply, failure) -> sent.cancel(true));
        return checked;
    }

    private String why(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof TimeoutException || cause instanceof HttpTimeoutException) {
            return "gave no answer within " + timeout.toMillis() + " ms";
        }
        return "cannot be asked: "
                + (cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
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
