package io.speckv.cli.doctor;

/**
 * One line about this machine.
 *
 * @param subject what it is about, a word or two
 * @param text the finding
 * @param advice what the user should do; empty for nothing
 */
record Finding(String subject, Verdict verdict, String text, String advice) {
    /** Whether the user should do something. */
    enum Verdict {
        /** Right as it is. */
        RIGHT,
        /** Right for most users; the advice says who should do something. */
        NOTE,
        /** Something that is needed is missing or wrong. */
        WRONG
    }

    static Finding right(String subject, String text) {
        return new Finding(subject, Verdict.RIGHT, text, "");
    }

    static Finding note(String subject, String text, String advice) {
        return new Finding(subject, Verdict.NOTE, text, advice);
    }

    static Finding wrong(String subject, String text, String advice) {
        return new Finding(subject, Verdict.WRONG, text, advice);
    }

    boolean isWrong() {
        return verdict == Verdict.WRONG;
    }
}
