package io.speckv.enginetarget;

import io.grpc.SynchronizationContext;
import io.opentelemetry.api.common.Attributes;
import io.speckv.engineclient.EngineReply;
import io.speckv.engineclient.EngineStream;
import io.speckv.enginetarget.dialect.EngineCall;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.stream.Silence;
import io.speckv.kit.stream.StreamWriter;
import io.speckv.kit.telemetry.RequestTimeline;
import io.speckv.kit.telemetry.Stage;
import io.speckv.kit.telemetry.StageTime;
import io.speckv.proto.v1.GenerationFinished;
import io.speckv.proto.v1.TargetServiceGenerateResponse;
import io.speckv.proto.v1.TokenDelta;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One answer, from the engine's events to the caller's messages. Events of engine, caller and clock run one after the other in
 * {@link #events}. The engine's events are read only as fast as the caller reads the answer.
 */
final class EngineAnswer implements EngineStream.Listener {
    /** Longest wait for the engine's token counts after the answer's end. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private final AnswerParts parts;
    private final EngineOrder order;
    private final StreamWriter<TargetServiceGenerateResponse> stream;
    private final RequestTimeline timeline;
    private final EngineEvents reader;
    private final AnswerTokens tokens;
    private final SynchronizationContext events;
    private final Silence silence;
    private @Nullable EngineStream call;
    private Duration asked = Duration.ZERO;
    private Duration firstToken = Duration.ZERO;
    private boolean paused;
    private boolean answering;
    private boolean repeated;
    private boolean over;

    EngineAnswer(
            AnswerParts parts,
            EngineOrder order,
            StreamWriter<TargetServiceGenerateResponse> stream,
            RequestTimeline timeline) {
        this.parts = parts;
        this.order = order;
        this.stream = stream;
        this.timeline = timeline;
        this.tokens = new AnswerTokens(order, parts.tokenizer());
        this.reader = new EngineEvents(order.engine().dialect().reader(order.request()), tokens);
        this.events = new SynchronizationContext((thread, thrown) -> fail(thrown));
        this.silence = new Silence(parts.timer(), events, this::silent);
    }

    /** Asks the engine, once the request has its turn. */
    void begin() {
        stream.onRoom(() -> events.execute(this::goOn));
        events.execute(() -> {
            asked = timeline.elapsed();
            record(Stage.TARGET_QUEUE, Duration.ZERO, asked, order.promptTokens());
            parts.measures().begun(order, timeline, asked);
            ask();
        });
    }

    private void ask() {
        if (over) {
            return;
        }
        EngineCall completion = order.engine().dialect().completion(order.request());
        try {
            call = parts.client().stream(completion.path(), completion.body(), this);
            silence.await(parts.patience().firstToken(order.promptTokens()));
        } catch (IOException e) {
            fail(EngineRefusals.of(e, 0));
        }
    }

    /** The caller no longer wants the answer. */
    void leave() {
        events.execute(() -> {
            if (!over) {
                end();
                abandon();
                parts.measures().givenUp(order, timeline, tokens.size(), stream.secondsSinceOver());
            }
        });
    }

    @Override
    public void events(List<String> data) {
        events.execute(() -> take(data));
    }

    @Override
    public void ended() {
        events.execute(() -> noMore("the engine ended its answer without a last event"));
    }

    @Override
    public void refused(EngineReply reply) {
        events.execute(() -> {
            if (!over) {
                if (reply.isOk()) {
                    fail(EngineRefusals.lost("the engine answered with something else than a stream of events", 0));
                } else {
                    call = null; // there is nothing to stop
                    fail(EngineRefusals.of(reply));
                }
                parts.suspicion().run();
            }
        });
    }

    @Override
    public void broke(IOException cause) {
        events.execute(() -> {
            if (over) {
                return;
            }
            if (tokens.isEnded()) {
                finish();
            } else if (!answering && !repeated && ConnectionEnd.isOfAnIdleOne(cause)) {
                // The engine closed an idle connection just as this request began to use it.
                repeated = true;
                ask();
            } else {
                fail(EngineRefusals.of(cause, tokens.size()));
                parts.suspicion().run();
            }
        });
    }

    private void take(List<String> data) {
        if (over) {
            return;
        }
        answering = true;
        int before = tokens.size();
        HeardEvents heard = heard(data);
        if (heard.failure() != null) {
            fail(heard.failure());
            parts.suspicion().run();
            return;
        }
        if (before == 0 && tokens.size() > 0) {
            firstToken = timeline.elapsed();
            record(Stage.TARGET_PREFILL, asked, firstToken.minus(asked), order.promptTokens());
            parts.measures().firstToken(firstToken);
        }
        if (tokens.isComplete()) {
            finish();
        } else if (heard.done()) {
            noMore("the engine ended its answer without saying why");
        } else {
            sendOn(heard.anything());
        }
    }

    /** An event of another kind of engine is a failure, too. */
    private HeardEvents heard(List<String> data) {
        try {
            return reader.read(data);
        } catch (RequestException e) {
            return new HeardEvents(false, false, e);
        }
    }

    /**
     * Sends what came and asks for more.
     *
     * @param heard whether the engine said anything about the answer. Only this restarts the measure of its silence, and
     *     nothing restarts it after the answer's end
     */
    private void sendOn(boolean heard) {
        TokenDelta delta = tokens.next();
        boolean goesOn = delta == null || stream.send(message(delta));
        if (goesOn) {
            if (heard) {
                listen();
            }
            more();
        } else {
            paused = true;
            silence.calm();
        }
    }

    /** The caller has room again. */
    private void goOn() {
        if (!over && paused) {
            paused = false;
            listen();
            more();
        }
    }

    /** Restarts the limit of the engine's silence, which depends on the answer's stage. */
    private void listen() {
        if (tokens.isEnded()) {
            silence.await(LAST_WORDS);
        } else {
            silence.await(
                    tokens.size() == 0
                            ? parts.patience().firstToken(order.promptTokens())
                            : parts.patience().betweenTokens());
        }
    }

    private void more() {
        if (call != null) {
            call.next();
        }
    }

    private void noMore(String why) {
        if (over) {
            return;
        }
        if (tokens.isEnded()) {
            finish();
        } else {
            fail(EngineRefusals.lost(why, tokens.size()));
            parts.suspicion().run();
        }
    }

    private void finish() {
        end();
        if (tokens.mustBeStopped()) {
            abandon();
        } else if (call != null) {
            call.close();
        }
        tokens.close();
        TokenDelta rest = tokens.next();
        List<TargetServiceGenerateResponse> last = new ArrayList<>();
        if (rest != null) {
            last.add(message(rest));
        }
        Duration total = timeline.elapsed();
        if (tokens.size() > 0) {
            record(Stage.TARGET_DECODE, firstToken, total.minus(firstToken), tokens.size());
        }
        GenerationFinished.Builder finished = tokens.finished();
        timeline.times().forEach(time -> finished.addTimings(time.toProto()));
        last.add(
                TargetServiceGenerateResponse.newBuilder().setFinished(finished).build());
        last.forEach(stream::send);
        stream.finish();
        parts.measures().answered(order, timeline, finished.build(), firstToken, total);
    }

    private void fail(Throwable failure) {
        if (!over) {
            end();
            abandon();
            TokenDelta soFar = tokens.next();
            if (soFar != null) {
                stream.send(message(soFar));
            }
            stream.fail(failure);
        }
    }

    private void end() {
        over = true;
        silence.calm();
    }

    /** Stops the request at the engine: the engine sees the closed connection or gets an abort call. */
    private void abandon() {
        EngineStream open = call;
        if (open != null) {
            open.close();
            order.engine().dialect().abort(order.request()).ifPresent(abort -> {
                var unused = parts.client().post(abort.path(), abort.body(), LAST_WORDS);
            });
        }
    }

    private void silent(Duration longest) {
        if (over || paused) {
            return;
        }
        if (tokens.isEnded()) {
            finish();
            return;
        }
        RequestException failure =
                EngineRefusals.lost("the engine sent nothing for " + longest.toMillis() + " ms", tokens.size());
        fail(failure);
        parts.suspicion().run();
    }

    private static TargetServiceGenerateResponse message(TokenDelta delta) {
        return TargetServiceGenerateResponse.newBuilder().setDelta(delta).build();
    }

    private void record(Stage stage, Duration start, Duration elapsed, int count) {
        timeline.record(new StageTime(stage, start, elapsed, count), Attributes.empty());
    }
}
