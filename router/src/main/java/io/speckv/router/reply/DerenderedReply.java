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
 * An answer that an engine's renderer reads on its way: tokens and text pass at once, the pieces follow as they are read, and the
 * last message waits for them. One question is under way at a time; the tokens that come meanwhile are the next one's. Thread-safe.
 */
public final class DerenderedReply implements ReplySink {
    private final ReplySink client;
    private final AnswerDerenderer.Answer answer;
    private IntStream.Builder unread = IntStream.builder();
    private boolean hasUnread;
    private @Nullable CompletableFuture<List<AnswerPiece>> asked;
    private @Nullable GenerateResponse last;
    private boolean paused;
    private boolean ended;

    /** Returns the reply to a chat whose answer a renderer reads; {@code client} itself where the router does. */
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

    private DerenderedReply(ReplySink client, AnswerDerenderer.Answer answer) {
        this.client = client;
        this.answer = answer;
    }

    @Override
    public boolean send(GenerateResponse message) {
        if (message.hasFinished()) {
            synchronized (this) {
                last = message;
            }
            return true; // the end is sent by finish
        }
        boolean goesOn = client.send(message);
        synchronized (this) {
            paused |= !goesOn;
            message.getDelta().getTokenIdsList().forEach(unread::add);
            hasUnread |= message.getDelta().getTokenIdsCount() > 0;
        }
        readOn();
        return goesOn;
    }

    /** Asks for what came since the last question, if none is under way and the client has room. */
    private void readOn() {
        CompletableFuture<List<AnswerPiece>> question;
        boolean atEnd;
        synchronized (this) {
            atEnd = ended;
            if (asked != null || paused || !(hasUnread || atEnd)) {
                return;
            }
            int[] ids = unread.build().toArray();
            unread = IntStream.builder();
            hasUnread = false;
            question = answer.read(ids, atEnd ? reason() : null);
            asked = question;
        }
        var unused = question.whenComplete((pieces, failure) -> taken(pieces, failure, atEnd));
    }

    private void taken(@Nullable List<AnswerPiece> pieces, @Nullable Throwable failure, boolean atEnd) {
        synchronized (this) {
            if (!atEnd) {
                asked = null;
            }
        }
        if (pieces == null) {
            client.fail(
                    failure instanceof CompletionException && failure.getCause() != null
                            ? failure.getCause()
                            : new IllegalStateException("an answer was not read", failure));
            return;
        }
        if (!pieces.isEmpty()) {
            boolean goesOn = client.send(GenerateResponse.newBuilder()
                    .setPieces(AnswerPieces.newBuilder().addAllPieces(pieces))
                    .build());
            synchronized (this) {
                paused |= !goesOn;
            }
        }
        if (atEnd) {
            end();
        } else {
            readOn();
        }
    }

    private void end() {
        GenerateResponse message;
        synchronized (this) {
            message = last;
        }
        if (message != null) {
            var unused = client.send(message);
        }
        client.finish();
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
                paused = false;
            }
            callback.run();
            readOn();
        });
    }

    @Override
    public void onClosed(Runnable callback) {
        client.onClosed(() -> {
            CompletableFuture<List<AnswerPiece>> open;
            synchronized (this) {
                open = asked;
            }
            if (open != null) {
                open.cancel(true);
            }
            callback.run();
        });
    }

    @Override
    public void finish() {
        synchronized (this) {
            ended = true;
        }
        readOn();
    }

    @Override
    public void fail(Throwable failure) {
        client.fail(failure);
    }
}
