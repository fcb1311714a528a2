package io.speckv.kit.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplingDefaultsTest {
    @TempDir
    Path temp;

    /** A file that people have: its writers mean all tokens. */
    @Test
    void aTopKOfMinusOneMeansAllTokens() throws Exception {
        Path fault = Path.of(Objects.requireNonNull(SamplingDefaultsTest.class.getResource("faults/top-k-minus-1"))
                .toURI());
        assertThat(SamplingDefaults.read(fault)).isEqualTo(new SamplingDefaults(0.7, 0, 1, 0, 1));
    }

    @Test
    void aFolderThatSaysNothingAboutSamplingIsGreedy() throws IOException {
        assertThat(SamplingDefaults.read(temp)).isEqualTo(SamplingDefaults.NEUTRAL);
        Files.writeString(temp.resolve("generation_config.json"), "{\"eos_token_id\": 2}");
        assertThat(SamplingDefaults.read(temp)).isEqualTo(SamplingDefaults.NEUTRAL);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "top_k": -2              | top_k as a number from -1
            "top_p": 0               | top_p as a number above 0 to 1
            "min_p": 2               | min_p as a number from 0 to 1
            "temperature": "warm"    | temperature as a number from 0
            "repetition_penalty": 0  | repetition_penalty as a number above 0
            """)
    void valuesOutOfRangeAreSaidWhenTheModelIsOpened(String entry, String message) throws IOException {
        Files.writeString(temp.resolve("generation_config.json"), "{\"do_sample\": true, " + entry + "}");
        assertThatThrownBy(() -> SamplingDefaults.read(temp))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(temp.toString(), message);
    }
}
