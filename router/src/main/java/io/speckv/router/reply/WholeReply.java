package io.speckv.router.reply;

import io.grpc.stub.ServerCallStreamObserver;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.TokenDelta;

/** Sends an answer as one message when it is complete. */
public final class WholeReply implements ReplySink {
    private final ServerCallStreamObserver<GenerateOnceResponse> observer;
    private volatile Runnable onClosed = () -> {};
    private final GenerateOnceResponse.Builder whole = GenerateOnceResponse.newBuilder();
    private final StringBuilder text = new StringBuilder();
    private boolean closed;

    public WholeReply(ServerCallStreamObserver<GenerateOnceResponse> observer) {
        this.observer = observer;
        observer.setOnCancelHandler(this::close);
    }

    @Override
    public synchronized boolean send(GenerateResponse message) {
        switch (message.getEventCase()) {
            case STARTED -> whole.setStarted(message.getStarted());
            case DELTA -> {
                TokenDelta delta = message.getDelta();
                whole.getAnswerBuilder()
                        .addAllTokenIds(delta.getTokenIdsList())
                        .addAllLogprobs(delta.getLogprobsList());
                text.append(delta.getText());
            }
            case PIECES -> whole.addAllPieces(message.getPieces().getPiecesList());
            case FINISHED -> whole.setFinished(message.getFinished());
            case EVENT_NOT_SET -> {}
        }
        return true;
    }

    /** Never calls back, since there is always room. */
    @Override
    public void onRoom(Runnable callback) {}

    @Override
    public void onClosed(Runnable callback) {
        onClosed = callback;
    }

    @Override
    public boolean isCancelled() {
        return observer.isCancelled();
    }

    @Override
    public void finish(Runnable answered) {
        answered.run();
        synchronized (this) {
            if (!closed && !observer.isCancelled()) {
                whole.getAnswerBuilder().setText(text.toString());
                observer.onNext(whole.build());
                observer.onCompleted();
            }
        }
        close();
    }

    @Override
    public void fail(Throwable failure) {
        synchronized (this) {
            if (!closed && !observer.isCancelled()) {
                observer.onError(failure instanceof RequestException request ? request.within("request") : failure);
            }
        }
        close();
    }

    private void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        onClosed.run();
    }
}
