package io.speckv.kit.stream;

import io.grpc.SynchronizationContext;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Notices where nothing comes for too long though it is waited for. Confined to the events of whoever waits. */
public final class Silence {
    private final ScheduledExecutorService timer;
    private final SynchronizationContext events;
    private final Consumer<Duration> noticed;
    private @Nullable Object awaited;
    private @Nullable ScheduledFuture<?> alarm;

    /**
     * Makes a watch that waits for nothing yet.
     *
     * @param events run what is noticed, after the events before it
     * @param noticed is told how long nothing came
     */
    public Silence(ScheduledExecutorService timer, SynchronizationContext events, Consumer<Duration> noticed) {
        this.timer = timer;
        this.events = events;
        this.noticed = noticed;
    }

    /** Waits for so long from now on, and no longer for what was waited for before. */
    public void await(Duration longest) {
        calm();
        Object wait = new Object();
        awaited = wait;
        alarm = timer.schedule(
                () -> events.execute(() -> {
                    // What rang while another event ran may be about a wait that this event has ended.
                    if (awaited == wait) {
                        noticed.accept(longest);
                    }
                }),
                longest.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    /** Waits for nothing any more. */
    public void calm() {
        awaited = null;
        if (alarm != null) {
            alarm.cancel(false);
        }
    }
}
