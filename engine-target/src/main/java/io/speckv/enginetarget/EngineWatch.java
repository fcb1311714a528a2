package io.speckv.enginetarget;

import io.speckv.engineclient.EngineClient;
import io.speckv.kit.stream.DaemonTimer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches one engine: its kind, what it serves, and whether it takes requests now. If what it serves changes, or if it was gone
 * and may have come back as another that looks alike, its tokenizer is compared with ours before it gets requests again.
 * Confined to its own thread, except for {@link #engine}.
 */
final class EngineWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineWatch.class);
    private static final Duration WITHIN = Duration.ofSeconds(10);

    private final EngineTargetSettings settings;
    private final EngineInquiry inquiry;
    private final TokenizerBattery battery;
    private final Listener listener;
    private final ScheduledExecutorService timer = DaemonTimer.start("speckv-engine-watch");
    private volatile @Nullable KnownEngine known;
    private String trouble = "";

    /** Is told whether requests can go to the engine now. */
    interface Listener {
        /** An engine that was not known yet, and is ready next. */
        void found(KnownEngine engine);

        void ready(KnownEngine engine);

        void notReady(String why);
    }

    EngineWatch(EngineClient client, EngineTargetSettings settings, TokenizerBattery battery, Listener listener) {
        this.settings = settings;
        this.inquiry = new EngineInquiry(
                client,
                settings.engine().setDialect(),
                settings.engine().model(),
                settings.limits().contextTokens());
        this.battery = battery;
        this.listener = listener;
    }

    /** Begins to look, at once and then at intervals. */
    void start() {
        var unused = timer.scheduleWithFixedDelay(
                this::look, 0, settings.engine().lookEvery().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Looks soon, because an answer failed in a way that suggests another engine. */
    void lookNow() {
        try {
            timer.execute(this::look);
        } catch (RejectedExecutionException e) {
            LOG.debug("closed"); // the last answers end when the process does
        }
    }

    /** Returns the engine as it was when it last took requests. */
    Optional<KnownEngine> engine() {
        return Optional.ofNullable(known);
    }

    private void look() {
        try {
            KnownEngine now = inquiry.ask();
            KnownEngine before = known;
            boolean wasGone = !trouble.isEmpty();
            if (wasGone || !now.equals(before)) {
                known = null; // no requests go to it before the comparison
                requireOurTokenizer(now);
                LOG.atInfo()
                        .addKeyValue("kind", now.facts().kind())
                        .addKeyValue("version", now.facts().version())
                        .addKeyValue("model", now.facts().model())
                        .addKeyValue("context_tokens", now.facts().contextTokens())
                        .log(found(now, before));
                listener.found(now);
                known = now;
            }
            trouble = "";
            listener.ready(now);
        } catch (InterruptedIOException e) {
            LOG.debug("closed");
        } catch (IOException e) {
            notReady("the engine cannot be reached: " + EngineRefusals.why(e));
        } catch (EngineNotReadyException e) {
            notReady(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("looking at the engine failed", e);
            notReady("what the engine says of itself could not be read");
        }
    }

    private static String found(KnownEngine now, @Nullable KnownEngine before) {
        if (before == null) {
            return "engine found";
        }
        return now.equals(before) ? "the engine is back" : "the engine serves something else now";
    }

    private void notReady(String why) {
        if (!why.equals(trouble)) {
            trouble = why;
            LOG.atWarn()
                    .addKeyValue("url", settings.engine().url())
                    .addKeyValue("cause", why)
                    .log("the engine cannot be asked");
        }
        listener.notReady(why);
    }

    private void requireOurTokenizer(KnownEngine engine) throws IOException, EngineNotReadyException {
        TokenizerBattery.Outcome outcome = battery.compare(engine);
        if (outcome instanceof TokenizerBattery.Outcome.Different different) {
            throw new EngineNotReadyException(
                    "the engine's tokenizer is not that of " + settings.tokenizer() + ": " + different.how());
        }
        if (outcome instanceof TokenizerBattery.Outcome.Unknown unknown) {
            LOG.atWarn()
                    .addKeyValue("cause", unknown.why())
                    .log("the engine's tokenizer could not be compared with ours");
        } else if (outcome instanceof TokenizerBattery.Outcome.Same same) {
            LOG.atInfo().addKeyValue("texts", same.texts()).log("the engine's tokenizer is ours");
        }
    }

    /** Returns when the watch has stopped looking, so that the parts it uses can be closed. */
    @Override
    public void close() {
        timer.shutdownNow();
        try {
            if (!timer.awaitTermination(WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("the engine is still looked at");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
