package io.speckv.kit.stream;

import com.google.protobuf.MessageLite;
import io.grpc.stub.ServerCallStreamObserver;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One server stream with a bounded outbox. The producer sends from any thread and never waits: when the client reads slowly,
 * {@link #send} says so, and the producer pauses only this sequence, until {@link #hasRoom} or the room callback. Messages
 * that were already on their way are still accepted, at most {@value #OVERFLOW}. A client that makes no progress for the
 * slow-consumer timeout loses its stream with SLOW_CONSUMER. Whatever ends the stream, the close callback runs exactly once,
 * when no more messages can be sent. Thread-safe.
 *
 * <p>gRPC itself holds messages up to its ready threshold of 32 KiB. More messages wait in the outbox, and beyond that in
 * {@link SharedRoom}, so memory is bounded.
 */
public final class StreamWriter<T extends MessageLite> {
    /** Most messages that are accepted after the producer was told to pause, because they were already on their way. */
    private static final int OVERFLOW = 16;

    private final ServerCallStreamObserver<T> observer;
    private final OutboxLimits limits;
    private final ScheduledExecutorService timer;
    private final Runnable onClosed;
    private final Outbox<T> outbox;
    private Runnable onRoom = () -> {};
    private volatile boolean closed;
    private volatile long closedNanos;
    private boolean finishing;
    private boolean paused;
    private long lastProgressNanos = System.nanoTime();
    private @Nullable ScheduledFuture<?> watch;

    private StreamWriter(
            ServerCallStreamObserver<T> observer,
            OutboxLimits limits,
            ScheduledExecutorService timer,
            Runnable onClosed) {
        this.observer = observer;
        this.limits = limits;
        this.outbox = new Outbox<>(limits.messages(), limits.shared());
        this.timer = timer;
        this.onClosed = onClosed;
    }

    /**
     * Takes over a call's response side. It must be called inside the service method, before that returns.
     *
     * @param timer runs the slow-consumer checks; shared by all streams
     * @param onClosed runs once when the stream is over, on the thread that ended it; must be quick
     */
    public static <T extends MessageLite> StreamWriter<T> open(
            ServerCallStreamObserver<T> observer,
            OutboxLimits limits,
            ScheduledExecutorService timer,
            Runnable onClosed) {
        StreamWriter<T> writer = new StreamWriter<>(observer, limits, timer, onClosed);
        observer.setOnReadyHandler(writer::flush);
        observer.setOnCancelHandler(writer::close);
        return writer;
    }

    /**
     * Sets a callback for when there is room again after {@link #send} said to pause. It runs on a gRPC thread and must be
     * quick.
     */
    public synchronized void onRoom(Runnable callback) {
        onRoom = callback;
    }

    /**
     * Sends {@code message}, or keeps it until the client reads. A stream that is over drops it.
     *
     * @return whether the producer may go on; if not, it must pause until there is room
     * @throws IllegalStateException if the producer did not pause and there is no room for the message
     */
    public boolean send(T message) {
        synchronized (this) {
            if (isOver() || finishing) {
                return false;
            }
            if (outbox.overflow() >= OVERFLOW) {
                throw new IllegalStateException(outbox.size()
                        + " messages wait, and the producer was told to pause after " + limits.messages());
            }
            outbox.add(message);
        }
        flush();
        synchronized (this) {
            paused = !hasRoom();
            return !paused;
        }
    }

    /** Returns whether the client keeps up, so that the producer may go on. */
    public synchronized boolean hasRoom() {
        return !isOver() && !finishing && outbox.hasRoom();
    }

    /** Returns whether the client went away or the stream ended. Cheap enough to be called at every decode step. */
    public boolean isOver() {
        return closed || observer.isCancelled();
    }

    /** Returns whether the client or its deadline ended the call; false where it was ended here. */
    public boolean isCancelled() {
        return observer.isCancelled();
    }

    /** Returns the seconds since the client went away or the stream ended; 0 while neither is known. */
    public double secondsSinceOver() {
        return closed ? (System.nanoTime() - closedNanos) / 1e9 : 0;
    }

    private void closes() {
        closedNanos = System.nanoTime();
        closed = true;
    }

    /** Ends the stream with success once the outbox is empty. Nothing more can be sent. */
    public void finish() {
        synchronized (this) {
            finishing = true;
        }
        flush();
    }

    /** Ends the stream with {@code failure} at once; waiting messages are dropped. */
    public void fail(Throwable failure) {
        synchronized (this) {
            if (closed) {
                return;
            }
            closes();
            outbox.clear();
        }
        try {
            if (!observer.isCancelled()) {
                observer.onError(failure);
            }
        } finally {
            released();
        }
    }

    private void flush() {
        Runnable room = null;
        boolean ended = false;
        synchronized (this) {
            if (closed) {
                return;
            }
            while (!outbox.isEmpty() && observer.isReady()) {
                observer.onNext(outbox.remove());
                lastProgressNanos = System.nanoTime();
            }
            if (outbox.isEmpty() && finishing) {
                closes();
                ended = true;
            } else if (!outbox.isEmpty()) {
                watchProgress();
            }
            if (paused && outbox.hasRoom()) {
                paused = false;
                room = onRoom;
            }
        }
        if (ended) {
            try {
                observer.onCompleted();
            } finally {
                released();
            }
        } else if (room != null) {
            room.run();
        }
    }

    private void watchProgress() {
        if (watch == null) {
            lastProgressNanos = System.nanoTime();
            watch = timer.schedule(
                    this::checkProgress, limits.slowConsumerTimeout().toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void checkProgress() {
        long allowed = limits.slowConsumerTimeout().toNanos();
        synchronized (this) {
            watch = null;
            if (closed || outbox.isEmpty()) {
                return;
            }
            long stalled = System.nanoTime() - lastProgressNanos;
            if (stalled < allowed) {
                watch = timer.schedule(this::checkProgress, allowed - stalled, TimeUnit.NANOSECONDS);
                return;
            }
        }
        fail(RequestException.of(
                        FailureCode.SLOW_CONSUMER,
                        "the client read nothing for "
                                + limits.slowConsumerTimeout().toMillis() + " ms")
                .with("outbox_messages", limits.messages()));
    }

    private void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closes();
            outbox.clear();
        }
        released();
    }

    private void released() {
        synchronized (this) {
            if (watch != null) {
                watch.cancel(false);
                watch = null;
            }
        }
        onClosed.run();
    }
}
