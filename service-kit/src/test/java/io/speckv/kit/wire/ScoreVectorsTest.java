package io.speckv.kit.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.ImportanceScores;
import io.speckv.proto.v1.ScoreEncoding;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScoreVectorsTest {
    @Test
    void carries32BitFloatsExactly() {
        float[] scores = {0, 1, -0.1f, Float.MIN_VALUE, 3.4e38f};

        assertThat(throughTheWire(scores, ScoreEncoding.SCORE_ENCODING_FLOAT32)).isEqualTo(scores);
        assertThat(throughTheWire(scores, ScoreEncoding.SCORE_ENCODING_UNSPECIFIED))
                .isEqualTo(scores);
    }

    @Test
    void writesHalvesLittleEndianAsTheStandardDefinesThem() {
        float[] scores = {1, -2, 65504, 0x1p-14f, 0x1p-24f, 0x1.554p-2f};

        assertThat(ScoreVectors.toProto(scores, ScoreEncoding.SCORE_ENCODING_FLOAT16)
                        .getFloat16()
                        .toByteArray())
                .containsExactly(0, 0x3c, 0, 0xc0, 0xff, 0x7b, 0, 0x04, 1, 0, 0x55, 0x35);
    }

    @Test
    void roundsHalvesToTheNearestAndTiesToEven() {
        assertThat(ScoreVectors.full(ScoreVectors.half(1 + 0x1p-11f))).isEqualTo(1);
        assertThat(ScoreVectors.full(ScoreVectors.half(1 + 3 * 0x1p-11f))).isEqualTo(1 + 0x1p-9f);
        assertThat(ScoreVectors.full(ScoreVectors.half(1e9f))).isEqualTo(65504);
        assertThat(ScoreVectors.full(ScoreVectors.half(2.9e-8f))).isZero();
        Random random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            float value = (float) Math.exp(-9.7 * random.nextDouble());
            assertThat(ScoreVectors.full(ScoreVectors.half(value))).isCloseTo(value, within(value * 0x1p-11f));
        }
    }

    @Test
    void readsEveryHalfBackAsItself() {
        for (int bits = 0; bits < 0x7c00; bits++) {
            assertThat(ScoreVectors.half(ScoreVectors.full((short) bits))).isEqualTo((short) bits);
        }
    }

    @Test
    void refusesScoresThatAreNoNumbersAndHalfAHalf() {
        ImportanceScores nan = ScoreVectors.toProto(new float[] {1, Float.NaN}, ScoreEncoding.SCORE_ENCODING_FLOAT16);
        ImportanceScores odd = ImportanceScores.newBuilder()
                .setFloat16(ByteString.copyFrom(new byte[3]))
                .build();

        assertThatThrownBy(() -> ScoreVectors.fromProto(nan, "scores"))
                .isInstanceOf(RequestException.class)
                .hasMessage("scores[1] is NaN, must be finite");
        assertThatThrownBy(() -> ScoreVectors.fromProto(odd, "scores")).hasMessageContaining("has 3 bytes");
    }

    private static float[] throughTheWire(float[] scores, ScoreEncoding encoding) {
        return ScoreVectors.fromProto(ScoreVectors.toProto(scores, encoding), "scores");
    }
}
