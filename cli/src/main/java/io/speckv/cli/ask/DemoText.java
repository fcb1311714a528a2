package io.speckv.cli.ask;

import io.speckv.kit.wire.MethodSettings;
import io.speckv.proto.v1.Method;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * The project's licence with one number hidden in it, and a question about the number, in RULER's words.
 *
 * @param needle the sentence with the number
 * @param words number of words in the licence
 */
record DemoText(String prompt, String needle, int words) {
    /** The cascade with budgets for this text, a tenth of its tokens or less. All layers of the bundled draft score. */
    static final Method METHOD = MethodSettings.toProto(
            "speckv-pc",
            Map.of(
                    "specpc",
                    Map.of(
                            "max_capacity_prompt", 128,
                            "window_size", 32,
                            "kernel_size", 16,
                            "neighbor_tokens", 16,
                            "starting_layer_index", 0),
                    "speckv",
                    Map.of("max_capacity_prompt", 64, "window_size", 16, "kernel_size", 7),
                    "second_stage",
                    "lookahead"));

    private static final String LICENCE = "LICENSE";
    private static final List<String> FIRST = List.of("silver", "quiet", "amber", "winter", "copper", "distant");
    private static final List<String> SECOND = List.of("harbor", "meadow", "lantern", "bridge", "garden", "river");

    /** Returns the text for a seed. The number is not in the first or last fifth. */
    static DemoText of(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        String key = FIRST.get(random.nextInt(FIRST.size())) + "-" + SECOND.get(random.nextInt(SECOND.size()));
        String needle =
                "One of the special magic numbers for %s is: %d.".formatted(key, random.nextInt(1_000_000, 10_000_000));
        String licence = licence();
        List<String> paragraphs = new ArrayList<>(List.of(licence.split("\\n\\n+")));
        paragraphs.add(random.nextInt(paragraphs.size() / 5, paragraphs.size() - paragraphs.size() / 5), needle);
        String prompt = "A special magic number is hidden within the following text. Make sure to memorize it."
                + " I will quiz you about the number afterwards.\n"
                + String.join("\n\n", paragraphs)
                + "\n"
                + "What is the special magic number for %1$s mentioned in the provided text? The special magic number for %1$s mentioned in the provided text is"
                        .formatted(key);
        return new DemoText(prompt, needle, licence.split("\\s+").length);
    }

    private static String licence() {
        try (InputStream in = DemoText.class.getResourceAsStream(LICENCE)) {
            return new String(Objects.requireNonNull(in, LICENCE).readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
