package io.speckv.router.run;

import io.speckv.cascade.Choice;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.telemetry.InTrace;
import io.speckv.kit.telemetry.RequestTimeline;
import io.speckv.kit.telemetry.StageTime;
import io.speckv.router.request.InferenceRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * What the log tells of one request on its way: at DEBUG what was chosen for it, who worked for it, and how long each stage took.
 * It holds numbers, names and addresses, never text or token ids. Confined to the request's events.
 */
final class RequestLog {
    private static final Logger LOG = LoggerFactory.getLogger(RequestLog.class);

    private final String pool;
    private final InferenceRequest request;
    private final RequestTimeline timeline;
    private boolean over;

    /**
     * @param pool of the model's targets; empty for the only one
     */
    RequestLog(String pool, InferenceRequest request, RequestTimeline timeline) {
        this.pool = pool;
        this.request = request;
        this.timeline = timeline;
    }

    /**
     * A method has chosen what is kept.
     *
     * @param draft address of the draft that helped; empty for none
     */
    void chosen(Choice choice, String draft) {
        tell(
                Level.DEBUG,
                "chosen",
                about -> about.addKeyValue("model", request.target().getName())
                        .addKeyValue("pool", pool)
                        .addKeyValue("requested", request.method().name())
                        .addKeyValue("method", choice.method().name())
                        .addKeyValue("fallback", FallbackReasons.of(choice))
                        .addKeyValue("prompt_tokens", request.prompt().size())
                        .addKeyValue("kept_tokens", choice.prompt().size())
                        .addKeyValue("draft", draft));
    }

    /** The request only asked for the choice. */
    void explained() {
        over = true;
    }

    /**
     * The answer is complete.
     *
     * @param target address of the target that gave it
     * @param attempts number of targets that were tried
     */
    void answered(String target, int attempts) {
        over = true;
        tell(Level.DEBUG, "answered by", about -> {
            LoggingEventBuilder line = about.addKeyValue("target", target).addKeyValue("target_attempts", attempts);
            for (Map.Entry<String, Long> stage : millisByStage().entrySet()) {
                line = line.addKeyValue(stage.getKey(), stage.getValue());
            }
            return line;
        });
    }

    /** Returns the time of each stage by its key in the log, such as {@code draft_prefill_ms}, in the order of their beginnings. */
    private Map<String, Long> millisByStage() {
        Map<String, Long> millis = new LinkedHashMap<>();
        for (StageTime time : timeline.times()) {
            millis.merge(
                    time.stage().label().replace('.', '_') + "_ms",
                    time.elapsed().toMillis(),
                    Long::sum);
        }
        return millis;
    }

    /**
     * The request failed; empty addresses stand for services that were not asked. The failure's sentence is the client's alone:
     * an engine that refuses a request may quote it.
     */
    void failed(Throwable failure, String draft, String target) {
        over = true;
        String code = failure instanceof RequestException known
                ? known.code().name()
                : failure.getClass().getSimpleName();
        tell(
                Level.DEBUG,
                "failed",
                about -> about.addKeyValue("code", code)
                        .addKeyValue("draft", draft)
                        .addKeyValue("target", target));
    }

    /** The client has gone, perhaps after the answer's end. */
    void closed() {
        if (!over) {
            over = true;
            tell(Level.INFO, "the client left", about -> about);
        }
    }

    private interface Pairs {
        LoggingEventBuilder addTo(LoggingEventBuilder line);
    }

    private void tell(Level level, String message, Pairs pairs) {
        if (LOG.isEnabledForLevel(level)) {
            InTrace.run(
                    timeline.context(),
                    () -> pairs.addTo(LOG.atLevel(level).addKeyValue("request_id", request.requestId()))
                            .addKeyValue("at_ms", timeline.elapsed().toMillis())
                            .log(message));
        }
    }
}
