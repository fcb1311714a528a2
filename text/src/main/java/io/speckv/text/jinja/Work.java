package io.speckv.text.jinja;

/** Limits of one rendering, far beyond what a chat needs, so that no template hangs or fills the memory. */
final class Work {
    private static final long STEPS_MOST = 5_000_000;
    private static final long CHARS_MOST = 128L << 20;
    private static final int ELEMENTS_MOST = 1_000_000;
    private static final int DEPTH_MOST = 200;

    private long steps;
    private int depth;

    /** Counts one iteration or call. */
    void step() {
        if (++steps > STEPS_MOST) {
            throw new JinjaException("the template takes more than " + STEPS_MOST + " steps");
        }
    }

    void enter() {
        step();
        if (++depth > DEPTH_MOST) {
            throw new JinjaException("calls are nested more than " + DEPTH_MOST + " deep");
        }
    }

    void leave() {
        depth--;
    }

    /** Throws if a list would be longer than a rendering may make. */
    static void requireElements(long elements) {
        if (elements > ELEMENTS_MOST) {
            throw new JinjaException("the template makes a list of more than " + ELEMENTS_MOST + " elements");
        }
    }

    /** Throws if a text would be longer than a rendering may make. */
    static void requireLength(long chars) {
        if (chars > CHARS_MOST) {
            throw new JinjaException("the template makes a text of more than " + CHARS_MOST + " characters");
        }
    }
}
