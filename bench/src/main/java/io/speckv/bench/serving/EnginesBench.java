package io.speckv.bench.serving;

import io.speckv.kit.server.Started;
import io.speckv.kit.wire.Structs;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.Stage;
import io.speckv.proto.v1.TokenIds;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import io.speckv.trio.ServiceTrio;
import io.speckv.trio.TargetModel;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Measures another engine alone and behind the router, on this machine and with the draft's time. Both ways alternate, and each
 * turn has a new prompt. Prompts are random tokens. Answers are greedy and ignore end tokens, so that all have the same length.
 */
public final class EnginesBench implements AutoCloseable {
    private static final Duration TO_FIND = Duration.ofMinutes(10);
    /** Warm-up runs every code path with short prompts, too. */
    private static final int WARM_UP_TOKENS = 64;

    /** The method's own window, which is used if the budget has room for it. */
    private static final int WINDOW = 64;

    private static final List<String> QUIET = List.of("--server.port=0", "--telemetry.log-level=WARN");

    private final Setup setup;
    private final EngineAlone alone;
    private final ServiceTrio trio;
    private final RouterConnections connections;
    private final int[] ordinary;
    /** Unseeded, because an engine that served an earlier run may still have its prompts cached. */
    private final Random random = new Random();

    /**
     * Options of a measurement.
     *
     * @param engine address of its server
     * @param key file with its key, or null for none
     * @param contextTokens of prompt and answer together, or null for its own limit
     * @param tokenizer folder of its tokenizer
     * @param draft folder of the draft
     * @param draftFlags of the draft service, besides its model
     * @param keptTokens of each prompt that reach the engine
     * @param lookaheadTokens that score a prompt
     * @param newTokens of each answer: at least 1
     */
    public record Setup(
            URI engine,
            @Nullable Path key,
            @Nullable Integer contextTokens,
            Path tokenizer,
            Path draft,
            List<String> draftFlags,
            int keptTokens,
            int lookaheadTokens,
            int newTokens) {
        List<String> targetFlags() {
            return joined(QUIET, TargetModel.OfEngine.flags(key, contextTokens));
        }
    }

    /**
     * One length: medians over the rounds, in seconds.
     *
     * @param aloneFirst the engine's time to the first token
     * @param behindFirst through draft and router, {@code keptTokens} of the prompt kept
     * @param draftSeconds the draft's part of {@code behindFirst}
     * @param passingAdds time that the router and its target add to the first token of an uncompressed prompt that the engine
     *     has in its cache
     */
    public record Line(
            int promptTokens,
            double aloneFirst,
            double behindFirst,
            double draftSeconds,
            double aloneTotal,
            double behindTotal,
            double cachedFirst,
            double passingAdds) {}

    /**
     * Starts draft, target and router, and waits until they have found the engine.
     *
     * @throws IOException if the engine cannot be asked
     */
    public EnginesBench(Setup setup) throws IOException, InterruptedException {
        this.setup = setup;
        try (Tokenizer tokenizer = Tokenizer.open(setup.tokenizer())) {
            ordinary = ordinary(tokenizer);
        }
        try (Started started = new Started()) {
            alone = new EngineAlone(setup.engine(), setup.key(), setup.contextTokens());
            trio = started.add(ServiceTrio.start(new ServiceTrio.Plan(
                    setup.draft(),
                    new TargetModel.OfEngine(setup.engine().toString(), setup.tokenizer()),
                    joined(QUIET, setup.draftFlags()),
                    setup.targetFlags(),
                    List.of("--server.port=0", "--telemetry.log-level=ERROR", "--drafting.time-limit=10m"))));
            trio.awaitPair(TO_FIND);
            connections = started.add(new RouterConnections(trio.routerPort()));
            started.complete();
        }
    }

    private static List<String> joined(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    /** Returns the tokens that have a text and are not control tokens. */
    private static int[] ordinary(Tokenizer tokenizer) {
        var special = tokenizer.specialTokens().values();
        return IntStream.range(0, tokenizer.vocabSize())
                .filter(id -> !special.contains(id))
                .filter(id -> !tokenizer
                        .decode(new int[] {id}, SpecialTokens.INCLUDED)
                        .isEmpty())
                .toArray();
    }

    /** Returns the engine's description. */
    public String engine() {
        return alone.describe();
    }

    /** Returns the longest prompt that leaves room for an answer, in tokens. */
    public int longestPrompt() {
        return alone.contextTokens() - setup.newTokens();
    }

    /**
     * Runs every code path before anything is measured.
     *
     * @param compressed requests whose prompt is compressed
     * @param passing requests whose prompt passes whole, each way: until Java has compiled their path, which takes hundreds, it
     *     costs several times what it costs a router that serves
     */
    public void warmUp(int compressed, int passing) throws IOException {
        int length = Math.min(WARM_UP_TOKENS, longestPrompt());
        int[] known = prompt(length);
        for (int i = 0; i < passing; i++) {
            alone.ask(known, 1);
            behind(known, full(), 1);
        }
        for (int i = 0; i < compressed; i++) {
            behind(prompt(length), compressing(length), 1);
        }
    }

    /**
     * Measures one length.
     *
     * @param rounds measurements of new prompts, each way
     * @param passingRounds measurements of a prompt in the engine's cache, each way
     */
    public Line measure(int promptTokens, int rounds, int passingRounds) throws IOException {
        double[] aloneFirst = new double[rounds];
        double[] aloneTotal = new double[rounds];
        double[] behindFirst = new double[rounds];
        double[] behindTotal = new double[rounds];
        double[] draft = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            AnswerTiming engine = alone.ask(prompt(promptTokens), setup.newTokens());
            aloneFirst[i] = engine.firstToken();
            aloneTotal[i] = engine.total();
            TimedStream served = behind(prompt(promptTokens), compressing(promptTokens), setup.newTokens());
            behindFirst[i] = served.firstTokenSeconds();
            behindTotal[i] = behindFirst[i] + served.streamingSeconds();
            draft[i] = draftSeconds(served);
        }
        double[] cached = new double[passingRounds];
        double[] passing = new double[passingRounds];
        int[] known = prompt(promptTokens);
        alone.ask(known, 1);
        for (int i = 0; i < passingRounds; i++) {
            cached[i] = alone.ask(known, 1).firstToken();
            TimedStream served = behind(known, full(), 1);
            passing[i] = served.firstTokenSeconds();
            served.streamingSeconds();
        }
        return new Line(
                promptTokens,
                median(aloneFirst),
                median(behindFirst),
                median(draft),
                median(aloneTotal),
                median(behindTotal),
                median(cached),
                median(passing) - median(cached));
    }

    private static double median(double[] seconds) {
        return Quantiles.of(seconds).median();
    }

    private static double draftSeconds(TimedStream served) {
        return served.finished().getTimingsList().stream()
                .filter(timing -> timing.getStage() == Stage.STAGE_DRAFT_PREFILL
                        || timing.getStage() == Stage.STAGE_DRAFT_LOOKAHEAD)
                .mapToDouble(timing ->
                        timing.getElapsed().getSeconds() + timing.getElapsed().getNanos() / 1e9)
                .sum();
    }

    private int[] prompt(int tokens) {
        return random.ints(tokens, 0, ordinary.length)
                .map(place -> ordinary[place])
                .toArray();
    }

    private static Method full() {
        return Method.newBuilder().setName("full").build();
    }

    private Method compressing(int promptTokens) {
        int kept = Math.min(setup.keptTokens(), promptTokens - 1);
        return Method.newBuilder()
                .setName("specpc")
                .setExtraSettings(Structs.toProto(Map.of(
                        "max_capacity_prompt",
                        kept,
                        "window_size",
                        Math.max(1, Math.min(WINDOW, kept / 2)),
                        "lookahead_tokens",
                        setup.lookaheadTokens())))
                .build();
    }

    /** Asks the router, and returns the answer when it has ended. */
    private TimedStream behind(int[] prompt, Method method, int newTokens) {
        TokenIds.Builder ids = TokenIds.newBuilder();
        Arrays.stream(prompt).forEach(ids::addIds);
        GenerateRequest request = GenerateRequest.newBuilder()
                .setPrompt(Prompt.newBuilder().setTokenIds(ids))
                .setMethod(method)
                .setSampling(SamplingSettings.newBuilder()
                        .setMaxNewTokens(newTokens)
                        .setTemperature(0)
                        .setIgnoreEos(true))
                .build();
        TimedStream answer = new TimedStream();
        connections.stub(0).generate(request, answer);
        answer.streamingSeconds();
        if (answer.finished().getFinishReason() != FinishReason.FINISH_REASON_MAX_NEW_TOKENS) {
            throw new IllegalStateException("an answer ended before the tokens that were asked for: "
                    + answer.finished().getFinishReason());
        }
        if (!answer.finished().getCompression().getAppliedMethod().equals(method.getName())) {
            throw new IllegalStateException(method.getName() + " was answered as "
                    + answer.finished().getCompression().getAppliedMethod() + ": "
                    + answer.finished().getCompression().getFallbackReason());
        }
        return answer;
    }

    @Override
    public void close() {
        connections.close();
        trio.close();
    }
}
