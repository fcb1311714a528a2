package io.speckv.cli.doctor;

/**
 * One line about this machine.
 *
 * @param subject what it is about, a word or two
 * @param text what was found
 * @param advice what to do; empty where nothing is
 */
record Finding(String subject, Verdict verdict, String text, String advice) {
    /** Whether something is to be done. */
    enum Verdict {
        /** Right as it is. */
        RIGHT,
        /** Right for most; the advice says for whom it is not. */
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
