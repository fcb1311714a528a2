package io.speckv.kit.wire;

import com.google.protobuf.ByteString;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.Float32Scores;
import io.speckv.proto.v1.ImportanceScores;
import io.speckv.proto.v1.ScoreEncoding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Importance scores in messages: 32-bit floats, or IEEE 754 half-precision floats in half the bytes. */
public final class ScoreVectors {
    private static final int HALF_BYTES = 2;
    private static final int HALF_MOST = 0x7bff;
    private static final float ROUNDS_ABOVE_MOST = 65520;
    private static final float HALF_NORMAL_LEAST = 0x1p-14f;
    private static final int BIAS_DIFFERENCE = 112;
    private static final int MANTISSA_DIFFERENCE = 13;

    private ScoreVectors() {}

    /** Returns the message. Half precision rounds to the nearest number, and numbers beyond its range become its largest. */
    public static ImportanceScores toProto(float[] scores, ScoreEncoding encoding) {
        if (encoding != ScoreEncoding.SCORE_ENCODING_FLOAT16) {
            Float32Scores.Builder values = Float32Scores.newBuilder();
            for (float score : scores) {
                values.addValues(score);
            }
            return ImportanceScores.newBuilder().setFloat32(values).build();
        }
        ByteBuffer bytes = ByteBuffer.allocate(scores.length * HALF_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float score : scores) {
            bytes.putShort(half(score));
        }
        return ImportanceScores.newBuilder()
                .setFloat16(ByteString.copyFrom(bytes.flip()))
                .build();
    }

    /**
     * Returns the scores.
     *
     * @param field path of the message in its request, for the failure
     * @throws RequestException if a score is NaN or infinite, or the bytes end in the middle of a number
     */
    public static float[] fromProto(ImportanceScores message, String field) {
        float[] scores = switch (message.getEncodingCase()) {
            case FLOAT32 -> floats(message.getFloat32());
            case FLOAT16 -> floats(message.getFloat16(), field + ".float16");
            case ENCODING_NOT_SET -> new float[0];
        };
        for (int i = 0; i < scores.length; i++) {
            if (!Float.isFinite(scores[i])) {
                throw RequestException.invalidField(field + "[" + i + "]", "is " + scores[i] + ", must be finite");
            }
        }
        return scores;
    }

    private static float[] floats(Float32Scores message) {
        float[] scores = new float[message.getValuesCount()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = message.getValues(i);
        }
        return scores;
    }

    private static float[] floats(ByteString message, String field) {
        if (message.size() % HALF_BYTES != 0) {
            throw RequestException.invalidField(field, "has " + message.size() + " bytes, must have 2 for each score");
        }
        ByteBuffer bytes = message.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        float[] scores = new float[message.size() / HALF_BYTES];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = full(bytes.getShort());
        }
        return scores;
    }

    static short half(float value) {
        int bits = Float.floatToIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        float magnitude = Math.abs(value);
        if (Float.isNaN(value)) {
            return (short) (sign | 0x7e00);
        }
        if (magnitude >= ROUNDS_ABOVE_MOST) {
            return (short) (sign | HALF_MOST);
        }
        if (magnitude < HALF_NORMAL_LEAST) {
            return (short) (sign | (int) Math.rint(magnitude * 0x1p24));
        }
        int odd = bits >>> MANTISSA_DIFFERENCE & 1;
        int rounded = (bits & 0x7fffffff) + 0xfff + odd;
        return (short) (sign | (rounded >>> MANTISSA_DIFFERENCE) - (BIAS_DIFFERENCE << 10));
    }

    static float full(short half) {
        int exponent = half >>> 10 & 0x1f;
        int mantissa = half & 0x3ff;
        float magnitude = switch (exponent) {
            case 0 -> mantissa * 0x1p-24f;
            case 0x1f -> mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
            default -> Float.intBitsToFloat((exponent + BIAS_DIFFERENCE) << 23 | mantissa << MANTISSA_DIFFERENCE);
        };
        return half < 0 ? -magnitude : magnitude;
    }
}
