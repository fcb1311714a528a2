package io.speckv.bench.serving;

import io.speckv.selection.method.Method;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.IntConsumer;

/** Does the same request without router and network: the stand-ins' times, the same selection, and tokens passed by calls. */
final class OneProcess {
    private final EngineTimes times;
    private final Executor threads;

    OneProcess(EngineTimes times, Executor threads) {
        this.times = times;
        this.threads = threads;
    }

    /** Answers, and returns the kept positions when the last token was passed on. */
    int[] generate(int promptTokens, Method method, int newTokens, IntConsumer onToken) {
        CompletableFuture<int[]> kept = new CompletableFuture<>();
        return EngineTimes.after(
                        times.draftPrefill(),
                        threads,
                        () -> kept.complete(method.prompt().keep(promptTokens, FixedTimeDraft.scores(promptTokens))))
                .thenCompose(scored -> EngineTimes.after(times.targetPrefill(), threads, () -> {
                    for (int i = 0; i < newTokens; i++) {
                        onToken.accept(i);
                    }
                }))
                .thenApply(answered -> kept.join())
                .join();
    }
}
