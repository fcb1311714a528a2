package io.speckv.selection;

/** How several values become one: fold with {@link #combine} from {@link #identity}, then {@link #finish}. */
public enum Reduction {
    MAX(Float.NEGATIVE_INFINITY) {
        @Override
        public float combine(float folded, float value) {
            return Math.max(folded, value);
        }
    },
    MEAN(0f) {
        @Override
        public float combine(float folded, float value) {
            return folded + value;
        }

        @Override
        public float finish(float folded, int count) {
            return folded / count;
        }
    },
    SUM(0f) {
        @Override
        public float combine(float folded, float value) {
            return folded + value;
        }
    };

    private final float identity;

    Reduction(float identity) {
        this.identity = identity;
    }

    /** Returns the reduction that settings call {@code max} or {@code mean}. */
    public static Reduction parse(String name) {
        return switch (name) {
            case "max" -> MAX;
            case "mean" -> MEAN;
            default -> throw InvalidSettingException.of("reduction_type", name, "must be max or mean");
        };
    }

    /** Returns the value to start folding from. */
    public float identity() {
        return identity;
    }

    /** Returns {@code folded} with one more value in it. */
    public abstract float combine(float folded, float value);

    /** Returns the result of folding {@code count} values. */
    public float finish(float folded, int count) {
        return folded;
    }
}
