package io.speckv.bench.serving;

import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.TokenIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Measures many clients at once with live services. Each client sends its next request when its last one has ended. */
public final class ThroughputBench {
    private final LiveServices services;
    private final int vocabSize;

    /** Creates a benchmark whose prompts are random tokens below {@code vocabSize}. */
    public ThroughputBench(LiveServices services, int vocabSize) {
        this.services = services;
        this.vocabSize = vocabSize;
    }

    /**
     * The load that the clients make.
     *
     * @param clients number of clients; they begin at the times of a Poisson process
     * @param requests number of requests of all clients together
     * @param meanGapSeconds mean time between the beginnings of two clients
     * @param promptMin shortest prompt in tokens
     * @param promptMax longest prompt in tokens; lengths are uniform
     */
    public record Load(
            Method method,
            int clients,
            int requests,
            double meanGapSeconds,
            int promptMin,
            int promptMax,
            int newTokens) {}

    /**
     * The results of a load.
     *
     * @param firstToken over requests
     * @param betweenTokens over all tokens after the first
     * @param slotsMost most slots of the target in use at once
     */
    public record Outcome(
            Load load,
            double requestsPerSecond,
            double tokensPerSecond,
            Quantiles firstToken,
            Quantiles betweenTokens,
            int slotsMost) {}

    /** Runs a load to its end. */
    public Outcome run(Load load) {
        List<TimedStream> answers = new ArrayList<>();
        AtomicInteger sent = new AtomicInteger();
        CompletableFuture<?>[] clients = new CompletableFuture<?>[load.clients];
        Random arrivals = new Random(load.clients);
        long started = System.nanoTime();
        for (int i = 0; i < load.clients; i++) {
            clients[i] = next(load, sent, answers);
            double gap = -Math.log(1 - arrivals.nextDouble()) * load.meanGapSeconds;
            LockSupport.parkNanos((long) (gap * 1e9));
        }
        CompletableFuture<Void> all = CompletableFuture.allOf(clients);
        int slotsMost = 0;
        while (!all.isDone()) {
            slotsMost = Math.max(slotsMost, services.slotsUsed());
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        all.join();
        return outcome(load, answers, (System.nanoTime() - started) / 1e9, slotsMost);
    }

    /** Runs one client, which sends requests one after the other until all are sent. */
    private CompletableFuture<Void> next(Load load, AtomicInteger sent, List<TimedStream> answers) {
        int call = sent.getAndIncrement();
        if (call >= load.requests) {
            return CompletableFuture.completedFuture(null);
        }
        TimedStream answer = new TimedStream();
        synchronized (answers) {
            answers.add(answer);
        }
        services.connections().stub(call).generate(request(load, call), answer);
        return answer.ended().thenCompose(end -> next(load, sent, answers));
    }

    private GenerateRequest request(Load load, int call) {
        Random random = new Random(call);
        int length = load.promptMin + random.nextInt(load.promptMax - load.promptMin + 1);
        return GenerateRequest.newBuilder()
                .setPrompt(Prompt.newBuilder()
                        .setTokenIds(TokenIds.newBuilder()
                                .addAllIds(
                                        () -> random.ints(length, 3, vocabSize).iterator())))
                .setMethod(load.method)
                .setSampling(SamplingSettings.newBuilder()
                        .setMaxNewTokens(load.newTokens)
                        .setIgnoreEos(true))
                .build();
    }

    private static Outcome outcome(Load load, List<TimedStream> answers, double seconds, int slotsMost) {
        double[] first = new double[answers.size()];
        List<Double> gaps = new ArrayList<>();
        int tokens = 0;
        for (int i = 0; i < first.length; i++) {
            first[i] = answers.get(i).firstTokenSeconds();
            gaps.addAll(answers.get(i).gaps());
            tokens += answers.get(i).tokens();
        }
        return new Outcome(
                load,
                answers.size() / seconds,
                tokens / seconds,
                Quantiles.of(first),
                Quantiles.of(gaps.stream().mapToDouble(Double::doubleValue).toArray()),
                slotsMost);
    }
}
