package io.speckv.kit.stream;

import io.grpc.SynchronizationContext;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Notices when an awaited event does not come for too long. Confined to the {@code events} of the code that waits. */
public final class Silence {
    private final ScheduledExecutorService timer;
    private final SynchronizationContext events;
    private final Consumer<Duration> noticed;
    private @Nullable Object awaited;
    private @Nullable ScheduledFuture<?> alarm;

    /**
     * Makes a watch that waits for nothing yet.
     *
     * @param events runs {@code noticed}, after earlier events
     * @param noticed gets the time for which nothing came
     */
    public Silence(ScheduledExecutorService timer, SynchronizationContext events, Consumer<Duration> noticed) {
        this.timer = timer;
        this.events = events;
        this.noticed = noticed;
    }

    /** Starts a wait of {@code longest}, and ends the wait before it. */
    public void await(Duration longest) {
        calm();
        Object wait = new Object();
        awaited = wait;
        alarm = timer.schedule(
                () -> events.execute(() -> {
                    // An alarm that was queued behind another event may belong to a wait that this event has ended.
                    if (awaited == wait) {
                        noticed.accept(longest);
                    }
                }),
                longest.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    /** Ends the wait. */
    public void calm() {
        awaited = null;
        if (alarm != null) {
            alarm.cancel(false);
        }
    }
}
