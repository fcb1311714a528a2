package io.speckv.bench.serving;

import io.speckv.engineclient.EngineClient;
import io.speckv.engineclient.EngineConnection;
import io.speckv.engineclient.EngineReply;
import io.speckv.engineclient.EngineStream;
import io.speckv.enginetarget.EngineInquiry;
import io.speckv.enginetarget.EngineNotReadyException;
import io.speckv.enginetarget.KnownEngine;
import io.speckv.enginetarget.dialect.AnswerEvent;
import io.speckv.enginetarget.dialect.AnswerReader;
import io.speckv.enginetarget.dialect.EngineCall;
import io.speckv.enginetarget.dialect.EngineHints;
import io.speckv.enginetarget.dialect.EngineRequest;
import io.speckv.enginetarget.dialect.EngineSampling;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks an engine directly over its own HTTP API, in the way a target over it would ask. Thread-safe. */
public final class EngineAlone {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    /** Longest time of one answer: a prompt of 32,768 tokens may take minutes on a few processors. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private final EngineClient client;
    private final KnownEngine engine;

    /**
     * Asks the engine for its kind and model.
     *
     * @param key file with its key, or null for none
     * @param contextTokens of prompt and answer together; null for the engine's own limit
     * @throws IOException if it cannot be asked
     */
    public EngineAlone(URI url, @Nullable Path key, @Nullable Integer contextTokens) throws IOException {
        this.client = new EngineClient(new EngineConnection(url, key, null, CONNECT));
        try {
            this.engine = new EngineInquiry(client, Optional.empty(), null, contextTokens).ask();
        } catch (EngineNotReadyException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Returns its kind, version and model. */
    public String describe() {
        return engine.facts().kind() + " " + engine.facts().version() + ", "
                + Path.of(engine.facts().model()).getFileName();
    }

    /** Returns the most tokens of prompt and answer together. */
    public int contextTokens() {
        return engine.facts().contextTokens();
    }

    /**
     * Asks for a greedy answer of exactly so many tokens, and waits for its end.
     *
     * @throws IOException if the engine refuses, fails, ends too early or is silent for an hour, or the key cannot be read
     */
    public AnswerTiming ask(int[] prompt, int newTokens) throws IOException {
        EngineRequest request =
                EngineRequest.named(engine.facts().model(), prompt, greedy(newTokens), EngineHints.NONE);
        Answer first = ask(request);
        // The engine may have closed an idle connection just as it was used again.
        Answer answer = first.brokeOffAtOnce() ? ask(request) : first;
        try {
            return answer.timing.join();
        } catch (CompletionException e) {
            throw new IOException(Objects.requireNonNull(e.getCause()).getMessage(), e.getCause());
        }
    }

    /** Asks, and returns the answer when it has ended, also if it failed. */
    private Answer ask(EngineRequest request) throws IOException {
        EngineCall call = engine.dialect().completion(request);
        Answer answer = new Answer(engine.dialect().reader(request));
        EngineStream stream = client.stream(call.path(), call.body(), answer);
        answer.stream.complete(stream);
        try {
            answer.timing
                    .orTimeout(LONGEST.toSeconds(), TimeUnit.SECONDS)
                    .handle((timing, failure) -> timing)
                    .join();
        } finally {
            stream.close();
        }
        return answer;
    }

    private static EngineSampling greedy(int newTokens) {
        return new EngineSampling(
                newTokens, 0, 0, 1, 0, 1, 0, 0, null, List.of(), List.of(), false, 0, Map.of(), true, null, null);
    }

    /** Takes the times of one answer. */
    private static final class Answer implements EngineStream.Listener {
        private final long started = System.nanoTime();
        private final AnswerReader reader;
        private final CompletableFuture<EngineStream> stream = new CompletableFuture<>();
        private final CompletableFuture<AnswerTiming> timing = new CompletableFuture<>();
        private volatile long first;
        private volatile boolean broke;
        private AnswerEvent.@Nullable Ending ending;

        Answer(AnswerReader reader) {
            this.reader = reader;
        }

        @Override
        public void events(List<String> data) {
            try {
                for (String text : data) {
                    reader.read(EngineReply.json(text)).forEach(this::take);
                }
            } catch (RuntimeException e) {
                fail("sent what its kind does not: " + e.getMessage());
            }
            var unused = stream.thenAccept(EngineStream::next);
        }

        private void take(AnswerEvent event) {
            if (event instanceof AnswerEvent.Failed failed) {
                fail("fails: " + failed.error());
            } else if (event instanceof AnswerEvent.Tokens || event instanceof AnswerEvent.Text) {
                first = first == 0 ? System.nanoTime() : first;
            } else if (event instanceof AnswerEvent.Ended end) {
                ending = end.ending();
            }
        }

        @Override
        public void ended() {
            if (ending != AnswerEvent.Ending.LENGTH || first == 0) {
                fail("ended before the tokens that were asked for: " + ending);
            } else {
                timing.complete(new AnswerTiming((first - started) / 1e9, (System.nanoTime() - started) / 1e9));
            }
        }

        @Override
        public void refused(EngineReply reply) {
            fail("refuses with status " + reply.status() + ": " + reply.body());
        }

        boolean brokeOffAtOnce() {
            return broke && first == 0;
        }

        @Override
        public void broke(IOException cause) {
            broke = true;
            timing.completeExceptionally(new IllegalStateException("the engine's answer broke off", cause));
        }

        private void fail(String how) {
            timing.completeExceptionally(new IllegalStateException("the engine " + how));
        }
    }
}
