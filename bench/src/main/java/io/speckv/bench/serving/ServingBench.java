package io.speckv.bench.serving;

import io.speckv.bench.ResidentMemory;
import io.speckv.kit.wire.MethodSettings;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.TokenIds;
import io.speckv.selection.method.Method;
import io.speckv.selection.method.Methods;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Measures the time that the router and two hops of gRPC add to a request, compared with the same work in one process. Draft
 * and target are stand-ins with fixed times. Requests are SpecPC over token ids, so selection is real.
 */
public final class ServingBench implements AutoCloseable {
    private static final int KEPT_TOKENS = 512;
    private static final Map<String, Integer> SETTINGS = Map.of("max_capacity_prompt", KEPT_TOKENS);
    private static final int ORDINARY_TOKENS = 250;
    private static final int WARM_UP_AT_ONCE = 16;
    private static final long HOLD_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(120);

    private final ServingRig rig;
    private final OneProcess direct;
    private final int promptTokens;
    private final Method method = Methods.of("specpc", SETTINGS);
    private final Prompt prompt;

    /**
     * Starts the router and its stand-ins.
     *
     * @param tokenizer folder of a model; only its tokenizer is used
     * @param promptTokens of every request
     */
    public ServingBench(Path tokenizer, EngineTimes times, int promptTokens) throws IOException {
        this.rig = new ServingRig(tokenizer, times);
        this.direct = new OneProcess(times, rig.threads());
        this.promptTokens = promptTokens;
        this.prompt = Prompt.newBuilder()
                .setTokenIds(TokenIds.newBuilder()
                        .addAllIds(() -> IntStream.range(0, promptTokens)
                                .map(i -> i % ORDINARY_TOKENS)
                                .iterator()))
                .build();
    }

    /**
     * Time to the first token over many requests, one after the other, in seconds.
     *
     * @param served through the router
     * @param direct in one process
     * @param emptyCall an empty call from the client to the router; a request needs three calls: to the router, to the draft
     *     and to the target
     */
    public record FirstToken(Quantiles served, Quantiles direct, Quantiles emptyCall) {
        /** Returns the seconds that the router adds to the median. */
        public double addedMedian() {
            return served.median() - direct.median();
        }

        /** Returns the seconds that the router adds to the 99th percentile. */
        public double addedTail() {
            return served.tail() - direct.tail();
        }
    }

    /** Seconds per token of one stream at full speed. */
    public record PerToken(double served, double direct) {}

    /**
     * Streams that were open at the same time, each past its first token.
     *
     * @param openSeconds until all were open
     * @param bytesPerStream resident memory, client, router and stand-ins together
     */
    public record Held(int streams, double openSeconds, long bytesPerStream) {}

    /** Measures the time to the first token; both ways alternate. */
    public FirstToken firstToken(int requests) {
        double[] served = new double[requests];
        double[] alone = new double[requests];
        double[] empty = new double[requests];
        for (int i = 0; i < requests; i++) {
            TimedStream answer = ask(i, 1);
            served[i] = answer.firstTokenSeconds();
            answer.streamingSeconds();
            long started = System.nanoTime();
            long[] first = new long[1];
            direct.generate(promptTokens, method, 1, token -> first[0] = System.nanoTime());
            alone[i] = (first[0] - started) / 1e9;
            empty[i] = rig.connections().emptyCallSeconds(i);
        }
        return new FirstToken(Quantiles.of(served), Quantiles.of(alone), Quantiles.of(empty));
    }

    /** Serves requests, several at a time, until the JVM has compiled the code. */
    public void warmUp(int requests) {
        for (int i = 0; i < requests; i += WARM_UP_AT_ONCE) {
            List<TimedStream> answers = new ArrayList<>();
            for (int call = 0; call < WARM_UP_AT_ONCE; call++) {
                answers.add(ask(call, 2));
            }
            answers.forEach(TimedStream::streamingSeconds);
        }
    }

    /** Measures one stream of {@code tokens} tokens, both ways. */
    public PerToken perToken(int tokens) {
        TimedStream answer = ask(0, tokens);
        double served = answer.streamingSeconds() / tokens;
        long[] times = new long[2];
        direct.generate(promptTokens, method, tokens, token -> times[Math.min(token, 1)] = System.nanoTime());
        return new PerToken(served, (times[1] - times[0]) / 1e9 / tokens);
    }

    /** Returns how many messages per second {@code streams} streams bring together. */
    public double messagesPerSecond(int streams, int tokens) {
        long started = System.nanoTime();
        List<TimedStream> answers = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            answers.add(ask(i, tokens));
        }
        answers.forEach(TimedStream::streamingSeconds);
        return (double) streams * tokens / ((System.nanoTime() - started) / 1e9);
    }

    /**
     * Opens streams, waits until every one had its first token, and lets them end.
     *
     * @throws java.util.concurrent.CompletionException if a stream has no first token
     */
    public Held hold(int streams) {
        long before = ResidentMemory.anonymousBytes();
        long started = System.nanoTime();
        List<TimedStream> answers = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            answers.add(ask(i, FixedTimeTarget.HELD_TOKENS));
        }
        answers.forEach(TimedStream::firstTokenSeconds);
        long opened = System.nanoTime();
        while (rig.target().held() < streams) {
            if (System.nanoTime() - opened > HOLD_TIMEOUT_NANOS) {
                throw new IllegalStateException(rig.target().held() + " of " + streams + " streams are open");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        long bytes = ResidentMemory.anonymousBytes() - before;
        rig.target().release();
        for (TimedStream answer : answers) {
            answer.streamingSeconds();
            if (answer.tokens() != FixedTimeTarget.HELD_TOKENS) {
                throw new IllegalStateException("a held stream ended after " + answer.tokens() + " of "
                        + FixedTimeTarget.HELD_TOKENS + " tokens");
            }
        }
        return new Held(streams, (opened - started) / 1e9, bytes / streams);
    }

    private TimedStream ask(int call, int newTokens) {
        TimedStream answer = new TimedStream();
        rig.connections()
                .stub(call)
                .generate(
                        GenerateRequest.newBuilder()
                                .setPrompt(prompt)
                                .setMethod(MethodSettings.toProto(method.name(), SETTINGS))
                                .setSampling(SamplingSettings.newBuilder()
                                        .setMaxNewTokens(newTokens)
                                        .setIgnoreEos(true))
                                .build(),
                        answer);
        return answer;
    }

    @Override
    public void close() {
        rig.close();
    }
}
