package io.speckv.text.jinja;

/** The text that a template writes, within a bound. */
final class Output {
    private final StringBuilder text = new StringBuilder();

    void write(String more) {
        Work.requireLength((long) text.length() + more.length());
        text.append(more);
    }

    String text() {
        return text.toString();
    }
}
