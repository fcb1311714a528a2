package io.speckv.cli;

import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.SecondStage;
import io.speckv.proto.v1.StageSettings;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * A text with one number hidden in it, and the question for it, in the form of RULER's niah_single_1.
 *
 * @param needle the sentence that holds the number
 * @param lines of noise around it
 */
record DemoText(String prompt, String needle, int lines) {
    /** The cascade with budgets for such a text and the bundled draft, whose layers all score. */
    static final Method METHOD = Method.newBuilder()
            .setName("speckv-pc")
            .setSpecpc(StageSettings.newBuilder()
                    .setMaxCapacityPrompt(128)
                    .setWindowSize(32)
                    .setKernelSize(16)
                    .setNeighborTokens(16)
                    .setStartingLayerIndex(0))
            .setSpeckv(StageSettings.newBuilder()
                    .setMaxCapacityPrompt(64)
                    .setWindowSize(16)
                    .setKernelSize(7))
            .setSecondStage(SecondStage.SECOND_STAGE_LOOKAHEAD)
            .build();

    private static final int LINES = 40;
    private static final String NOISE =
            "The grass is green. The sky is blue. The sun is yellow. Here we go. There and back again.\n";
    private static final List<String> FIRST = List.of("silver", "quiet", "amber", "winter", "copper", "distant");
    private static final List<String> SECOND = List.of("harbor", "meadow", "lantern", "bridge", "garden", "river");

    /** Returns the text that a seed stands for; the number is not in the first or last fifth. */
    static DemoText of(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        String key = FIRST.get(random.nextInt(FIRST.size())) + "-" + SECOND.get(random.nextInt(SECOND.size()));
        String needle =
                "One of the special magic numbers for %s is: %d.".formatted(key, random.nextInt(1_000_000, 10_000_000));
        int before = random.nextInt(LINES / 5, LINES - LINES / 5);
        String prompt = "A special magic number is hidden within the following text. Make sure to memorize it."
                + " I will quiz you about the number afterwards.\n"
                + NOISE.repeat(before)
                + needle
                + "\n"
                + NOISE.repeat(LINES - before)
                + "What is the special magic number for %1$s mentioned in the provided text? The special magic number for %1$s mentioned in the provided text is"
                        .formatted(key);
        return new DemoText(prompt, needle, LINES);
    }
}
