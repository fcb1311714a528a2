package io.speckv.router.reply;

import io.speckv.proto.v1.AnswerPiece;
import io.speckv.proto.v1.AnswerPieces;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.router.prompt.ChatPrompt;
import io.speckv.router.renderer.AnswerDerenderer;
import io.speckv.router.request.InferenceRequest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An answer that an engine's renderer reads on its way to the client. Tokens and text pass at once, the pieces follow when they
 * are read, and the last message waits for them. Only one question is under way at a time, until its pieces are sent; tokens
 * that come meanwhile go into the next question. Thread-safe.
 */
public final class DerenderedReply implements ReplySink {
    private final ReplySink client;
    private final AnswerDerenderer.Answer answer;
    private IntStream.Builder unread = IntStream.builder();
    private boolean hasUnread;
    private @Nullable CompletableFuture<List<AnswerPiece>> asked;
    private @Nullable GenerateResponse last;
    private boolean paused;
    /** How many times the client had room again. */
    private int rooms;

    private @Nullable Runnable answered;
    private boolean closed;

    /** Returns a reply that lets the renderer read the answer, or {@code client} itself if the router reads the answer. */
    public static ReplySink where(Optional<AnswerDerenderer> derenderer, InferenceRequest request, ReplySink client) {
        ChatPrompt chat = request.prompt().chat();
        return chat == null || derenderer.isEmpty()
                ? client
                : new DerenderedReply(
                        client,
                        derenderer
                                .get()
                                .begin(
                                        request.requestId(),
                                        chat.conversation().variables(),
                                        request.prompt().ids()));
    }

    DerenderedReply(ReplySink client, AnswerDerenderer.Answer answer) {
        this.client = client;
        this.answer = answer;
    }

    /** A question that is under way. */
    private record Question(CompletableFuture<List<AnswerPiece>> pieces, boolean atEnd) {}

    @Override
    public boolean send(GenerateResponse message) {
        if (message.hasFinished()) {
            synchronized (this) {
                last = message;
            }
            return true; // finish sends the last message
        }
        boolean goesOn = pass(message);
        synchronized (this) {
            message.getDelta().getTokenIdsList().forEach(unread::add);
            hasUnread |= message.getDelta().getTokenIdsCount() > 0;
        }
        readOn();
        return goesOn;
    }

    /** Passes a message on; returns whether the client has room for more. */
    private boolean pass(GenerateResponse message) {
        int before;
        synchronized (this) {
            before = rooms;
        }
        boolean goesOn = client.send(message);
        synchronized (this) {
            // If room came during the send, the callback has run and will not run again, so the reply must not pause.
            paused |= !goesOn && rooms == before;
        }
        return goesOn;
    }

    /** Has the renderer read what came since the last question, if no question is under way and the client has room. */
    private void readOn() {
        Question question;
        try {
            question = next();
        } catch (RuntimeException e) {
            fail(e);
            return;
        }
        if (question != null) {
            var unused = question.pieces().whenComplete((pieces, failure) -> taken(pieces, failure, question.atEnd()));
        }
    }

    private synchronized @Nullable Question next() {
        boolean atEnd = answered != null;
        if (closed || asked != null || paused || !(hasUnread || atEnd)) {
            return null;
        }
        int[] ids = unread.build().toArray();
        unread = IntStream.builder();
        hasUnread = false;
        asked = answer.read(ids, atEnd ? reason() : null);
        return new Question(asked, atEnd);
    }

    /** Runs on a thread of the HTTP client, which swallows exceptions. */
    private void taken(@Nullable List<AnswerPiece> pieces, @Nullable Throwable failure, boolean atEnd) {
        try {
            if (pieces == null) {
                fail(
                        failure instanceof CompletionException && failure.getCause() != null
                                ? failure.getCause()
                                : new IllegalStateException("an answer was not read", failure));
                return;
            }
            if (!pieces.isEmpty()) {
                var unused = pass(GenerateResponse.newBuilder()
                        .setPieces(AnswerPieces.newBuilder().addAllPieces(pieces))
                        .build());
            }
            if (atEnd) {
                end();
                return;
            }
            synchronized (this) {
                asked = null;
            }
            readOn();
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private void end() {
        GenerateResponse message;
        Runnable whenEnded;
        synchronized (this) {
            if (closed) {
                return;
            }
            message = last;
            whenEnded = answered;
        }
        if (message != null) {
            var unused = client.send(message);
        }
        client.finish(whenEnded == null ? () -> {} : whenEnded);
    }

    private String reason() {
        FinishReason why = last == null
                ? FinishReason.FINISH_REASON_UNSPECIFIED
                : last.getFinished().getFinishReason();
        return switch (why) {
            case FINISH_REASON_MAX_NEW_TOKENS, FINISH_REASON_CONTEXT_FULL -> "length";
            default -> "stop";
        };
    }

    @Override
    public void onRoom(Runnable callback) {
        client.onRoom(() -> {
            synchronized (this) {
                rooms++;
                paused = false;
            }
            callback.run();
            readOn();
        });
    }

    @Override
    public boolean isCancelled() {
        return client.isCancelled();
    }

    @Override
    public void onClosed(Runnable callback) {
        client.onClosed(() -> {
            CompletableFuture<List<AnswerPiece>> open;
            synchronized (this) {
                closed = true;
                open = asked;
            }
            if (open != null) {
                open.cancel(true);
            }
            callback.run();
        });
    }

    @Override
    public void finish(Runnable answered) {
        synchronized (this) {
            this.answered = answered;
        }
        readOn();
    }

    @Override
    public void fail(Throwable failure) {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        client.fail(failure);
    }
}
