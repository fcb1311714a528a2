package io.speckv.target;

import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.ImportanceScores;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.SecondStage;
import io.speckv.proto.v1.StageSettings;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A request drawn from a seed, with one right answer however it is scheduled.
 *
 * @param start without its lookahead
 * @param lookahead draft tokens, empty for none
 * @param arrival when they reach the target
 */
record RandomRequest(GenerationStart start, int[] lookahead, Arrival arrival) {
    private static final List<String> METHODS = List.of(
            "full",
            "full",
            "snapkv",
            "pyramidkv",
            "ada-snapkv",
            "h2o",
            "tova",
            "streaming",
            "laq++",
            "speckv",
            "ada-speckv",
            "speckv-pc");
    private static final int VOCABULARY = 250;

    /** When lookahead tokens come. */
    enum Arrival {
        WITH_THE_START,
        WHILE_THE_REQUEST_WAITS,
        NEVER
    }

    static RandomRequest of(long seed) {
        Random random = new Random(seed);
        // The first numbers of neighbouring seeds are alike.
        IntStream.range(0, 10).forEach(i -> random.nextInt());
        String method = METHODS.get(random.nextInt(METHODS.size()));
        int[] prompt = tokens(random, 1 + random.nextInt(random.nextInt(4) == 0 ? 500 : 110));
        GenerationStart.Builder start = LoopbackTarget.start(prompt, 1 + random.nextInt(32));
        start.setRequestId("seed " + seed).setMethod(method(method, random)).setSampling(sampling(random, start));
        if (method.equals("speckv-pc")) {
            ImportanceScores.Builder scores = start.getPromptBuilder().getScoresBuilder();
            IntStream.range(0, prompt.length)
                    .forEach(i -> scores.getFloat32Builder().addValues(random.nextFloat()));
        }
        int[] lookahead = tokens(random, random.nextInt(16));
        Arrival arrival = Arrival.values()[random.nextInt(3)];
        return new RandomRequest(start.build(), arrival == Arrival.NEVER ? new int[0] : lookahead, arrival);
    }

    private static Method method(String name, Random random) {
        Method.Builder method = Method.newBuilder().setName(name);
        StageSettings stage = StageSettings.newBuilder()
                .setMaxCapacityPrompt(40 + random.nextInt(40))
                .setWindowSize(8)
                .setKernelSize(5)
                .build();
        StageSettings capacity = StageSettings.newBuilder()
                .setMaxCapacityPrompt(stage.getMaxCapacityPrompt())
                .build();
        switch (name) {
            case "full" -> {}
            case "h2o", "tova", "streaming" -> method.setSettings(capacity);
            case "speckv-pc" -> method.setSpeckv(stage).setSecondStage(SecondStage.SECOND_STAGE_BLEND);
            default -> method.setSettings(stage);
        }
        if (random.nextBoolean()) {
            method.setVerifyLookahead(false);
        }
        return method.build();
    }

    private static SamplingSettings sampling(Random random, GenerationStart.Builder start) {
        SamplingSettings.Builder sampling = start.getSampling().toBuilder();
        if (random.nextBoolean()) {
            sampling.setTemperature(0.5f + random.nextFloat()).setSeed(random.nextLong());
        }
        if (random.nextInt(3) == 0) {
            sampling.setTopP(0.9f).setRepetitionPenalty(1.3f);
        }
        return sampling.setIgnoreEos(random.nextBoolean()).build();
    }

    static int[] tokens(Random random, int count) {
        return random.ints(count, 0, VOCABULARY).toArray();
    }

    /** Sends the request; lookahead that is to come while it waits comes after the pause. */
    TargetCall open(LoopbackTarget target, Runnable pause) {
        return open(target, pause, TargetCall.Reading.AT_ONCE, 600);
    }

    /** As {@link #open(LoopbackTarget, Runnable)}, with a deadline in seconds. */
    TargetCall open(LoopbackTarget target, Runnable pause, TargetCall.Reading reading, double deadline) {
        GenerationStart.Builder message = start.toBuilder();
        switch (arrival) {
            case WITH_THE_START -> message.setLookahead(LoopbackTarget.lookahead(0, true, lookahead));
            case WHILE_THE_REQUEST_WAITS ->
                message.setLookaheadWait(com.google.protobuf.util.Durations.fromSeconds(60));
            case NEVER -> {}
        }
        TargetCall call = target.open(message.build(), reading, deadline);
        if (arrival == Arrival.WHILE_THE_REQUEST_WAITS) {
            pause.run();
            int half = lookahead.length / 2;
            call.lookahead(LoopbackTarget.lookahead(0, false, java.util.Arrays.copyOf(lookahead, half)));
            call.lookahead(LoopbackTarget.lookahead(
                    half, true, java.util.Arrays.copyOfRange(lookahead, half, lookahead.length)));
        }
        return call;
    }

    /** Sends the request alone and returns its answer. */
    int[] answer(LoopbackTarget target) {
        return open(target, () -> {}).halfClose().result().tokens();
    }

    static RandomRequest[] many(long firstSeed, int count) {
        RandomRequest[] requests = new RandomRequest[count];
        for (int i = 0; i < count; i++) {
            requests[i] = of(firstSeed + i);
        }
        return requests;
    }
}
