package io.speckv.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Blocks of random bytes against gguf-py's own dequantiser; src/test/python/quant_blocks.py makes them. */
class QuantFormatTest {
    static Stream<String> lines() throws IOException {
        try (InputStream in = Objects.requireNonNull(QuantFormatTest.class.getResourceAsStream("blocks.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines();
        }
    }

    @ParameterizedTest
    @MethodSource("lines")
    void blocksAreTheNumbersThatGgmlMakesOfThem(String line) {
        String[] parts = line.split(" ", -1);
        QuantFormat format = QuantFormat.valueOf(parts[0]);
        byte[] bytes = Base64.getDecoder().decode(parts[1]);
        float[] expected = new float[parts.length - 2];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = Float.parseFloat(parts[i + 2]);
        }
        float[] numbers = new float[expected.length];
        format.decode(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), 0, numbers);
        assertThat(format.rowBytes(numbers.length)).isEqualTo(bytes.length);
        for (int i = 0; i < numbers.length; i++) {
            // ggml rounds after each product, in an order of its own.
            assertThat(numbers[i]).isCloseTo(expected[i], within(1e-5f * Math.max(1, Math.abs(expected[i]))));
        }
    }

    @Test
    void everyFormatHasItsBlocks() throws IOException {
        assertThat(lines().map(line -> line.substring(0, line.indexOf(' '))))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(QuantFormat.values()).map(Enum::name).toList());
    }
}
