package io.speckv.engine.checkpoint.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.CheckpointException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Configs have single quotes, are declared for 1000 positions, and rotate with a base of 500 unless they say otherwise. */
class RopeReaderTest {
    private static final int POSITIONS = 1000;
    private static final double USUAL = 500;

    private static RopeReader reader(String config) {
        JsonFile file =
                JsonFile.parse(Path.of("config.json"), config.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        return new RopeReader(file, POSITIONS, USUAL);
    }

    private static Rope full(String config) {
        return reader(config).of(RopeReader.FULL);
    }

    private static Rope scaled(RopeScaling scaling) {
        return new Rope(USUAL, 1, scaling);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {}                                                                      | 500 | 1
        {'rope_theta': 100}                                                     | 100 | 1
        {'rope_parameters': {'rope_theta': 100, 'rope_type': 'default'}}        | 100 | 1
        {'rope_parameters': {'rope_theta': 100}, 'rope_theta': 7}               | 100 | 1
        {'rope_parameters': {'full_attention': {'rope_theta': 100}}}            | 100 | 1
        {'partial_rotary_factor': 0.75}                                         | 500 | 0.75
        {'rope_parameters': {'partial_rotary_factor': 0.5}}                     | 500 | 0.5
        {'rope_scaling': null, 'rope_theta': 100}                               | 100 | 1
        {'rope_scaling': {'type': 'default'}}                                   | 500 | 1
        """)
    void baseAndShareStandInEitherSpelling(String config, double theta, double share) {
        assertThat(full(config)).isEqualTo(new Rope(theta, share, RopeScaling.none()));
    }

    @Test
    void scalingsHaveTheirNumbers() {
        assertThat(full("{'rope_scaling': {'type': 'linear', 'factor': 4}}"))
                .isEqualTo(scaled(new RopeScaling.Linear(4)));
        assertThat(full("{'rope_scaling': {'rope_type': 'dynamic', 'factor': 4}}"))
                .isEqualTo(scaled(new RopeScaling.DynamicNtk(4, POSITIONS)));
        assertThat(full("{'rope_scaling': {'rope_type': 'llama3', 'factor': 8, 'low_freq_factor': 1,"
                        + " 'high_freq_factor': 4, 'original_max_position_embeddings': 250}}"))
                .isEqualTo(scaled(new RopeScaling.Llama3(8, 1, 4, 250)));
    }

    @Test
    void yarnStretchesToTheDeclaredPositionsUnlessItSaysHowFar() {
        RopeScaling.Yarn said = (RopeScaling.Yarn)
                full("{'rope_scaling': {'rope_type': 'yarn', 'factor': 8, 'original_max_position_embeddings': 250}}")
                        .scaling();
        assertThat(said.factor()).isEqualTo(8);
        RopeScaling.Yarn unsaid = (RopeScaling.Yarn)
                full("{'rope_scaling': {'rope_type': 'yarn', 'original_max_position_embeddings': 250}}")
                        .scaling();
        assertThat(unsaid.factor()).isEqualTo(4);
        assertThat(unsaid.originalMaxPositions()).isEqualTo(250);
    }

    @Test
    void longRopeGoesByThreeNames() {
        String lists = "'short_factor': [1, 1], 'long_factor': [2, 4], 'original_max_position_embeddings': 250";
        RopeScaling expected = new RopeScaling.LongRope(
                List.of(1.0, 1.0), List.of(2.0, 4.0), 250, RopeScaling.LongRope.attentionFactor(4, 250));
        for (String name : List.of("longrope", "su", "yarn")) {
            assertThat(full("{'rope_scaling': {'type': '" + name + "', " + lists + "}}"))
                    .as(name)
                    .isEqualTo(scaled(expected));
        }
    }

    @Test
    void anOriginalContextAtTheTopLevelComesFirst() {
        assertThat(full("{'original_max_position_embeddings': 100, 'rope_scaling': {'rope_type': 'llama3', 'factor': 8,"
                                + " 'low_freq_factor': 1, 'high_freq_factor': 4,"
                                + " 'original_max_position_embeddings': 250}}")
                        .scaling())
                .isEqualTo(new RopeScaling.Llama3(8, 1, 4, 100));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {'rope_scaling': {'type': 'linear', 'factor': 4}, 'rope_parameters': {'rope_type': 'linear', 'factor': 4}}
        {'rope_scaling': {'type': 'linear', 'factor': 4}, 'rope_parameters': {'rope_type': 'default'}}
        {'rope_scaling': {'rope_type': 'default'}, 'rope_parameters': {'rope_type': 'linear', 'factor': 4}}
        """)
    void aFileThatWasSavedTwiceMaySayTheSameTwice(String config) {
        assertThat(full(config)).isEqualTo(scaled(new RopeScaling.Linear(4)));
    }

    @Test
    void butNotTwoThings() {
        assertThatThrownBy(() -> full("{'rope_scaling': {'type': 'linear', 'factor': 4},"
                        + " 'rope_parameters': {'rope_type': 'linear', 'factor': 8}}"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("rope_parameters")
                .hasMessageContaining("the same scaling as in rope_scaling");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {'rope_scaling': {'rope_type': 'mrope'}}   | rope_scaling.rope_type
        {'rope_scaling': {'type': 'mrope'}}        | rope_scaling.type
        {'rope_scaling': {'type': 'linear'}}       | rope_scaling.factor
        {'rope_scaling': {'rope_type': 5}}         | rope_scaling.rope_type
        {'rope_theta': 'large'}                    | rope_theta
        {'rope_parameters': {'full_attention': {'rope_type': 'llama3', 'factor': 8}}} | rope_parameters.full_attention.low
        """)
    void whatIsMissingOrUnknownIsNamed(String config, String key) {
        assertThatThrownBy(() -> full(config))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("config.json: ")
                .hasMessageContaining(key);
    }

    private static Rope local(String config) {
        return reader(config).ofLocalLayers("rope_local_base_freq", 10);
    }

    @Test
    void layersWithAWindowMayHaveABaseOfTheirOwn() {
        assertThat(local("{'rope_theta': 100}")).isEqualTo(Rope.plain(10));
        assertThat(local("{'rope_local_base_freq': 20, 'rope_scaling': {'type': 'linear', 'factor': 4}}"))
                .as("the scaling is that of the others")
                .isEqualTo(Rope.plain(20));
    }

    @Test
    void orARotationByTheirKind() {
        String byKind =
                "{'rope_parameters': {'full_attention': {'rope_theta': 100, 'rope_type': 'linear', 'factor': 4},"
                        + " 'sliding_attention': {'rope_theta': 30}}}";
        assertThat(local(byKind)).isEqualTo(Rope.plain(30));
        assertThat(full(byKind)).isEqualTo(new Rope(100, 1, new RopeScaling.Linear(4)));
        assertThat(local("{'rope_local_base_freq': 20, 'rope_parameters': {'full_attention': {'rope_theta': 100}}}"))
                .as("a kind that is not described has the base beside it")
                .isEqualTo(Rope.plain(20));
    }
}
