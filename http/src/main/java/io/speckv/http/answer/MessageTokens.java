package io.speckv.http.answer;

import io.speckv.proto.v1.TokenDelta;
import io.speckv.proto.v1.TokenLogprobs;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Finds the tokens that the texts of an answer are made of. Texts do not say where they are from, but they follow each other in
 * what the model wrote: only marks, calls and white space around them are left out. Thread-confined.
 */
final class MessageTokens {
    /** A token and the code points of the answer that it has a part in. */
    private record Placed(TokenLogprobs token, int begin, int end) {}

    private final StringBuilder written = new StringBuilder();
    private final Deque<Placed> waiting = new ArrayDeque<>();
    /** Code points of what the answer was begun with, which no token wrote. */
    private int begun;
    /** Code points written so far. */
    private int points;
    /** The written characters that texts have taken, or that were left out before them, and their code points. */
    private int taken;

    private int takenPoints;

    /** Takes what the answer was begun with. */
    void begin(String prefix) {
        write(prefix);
        begun = points;
    }

    private void write(String text) {
        written.append(text);
        points += text.codePointCount(0, text.length());
    }

    /** Takes tokens and the text that they complete. */
    void write(TokenDelta delta) {
        int next = points;
        for (TokenLogprobs token : delta.getLogprobsList()) {
            // Older targets do not say where a token begins; then it is where the text is that comes with it.
            int begin = token.hasTextOffset() ? begun + token.getTextOffset() : next;
            int length = token.getText().codePointCount(0, token.getText().length());
            waiting.add(new Placed(token, begin, begin + Math.max(1, length)));
            next = begin + length;
        }
        write(delta.getText());
    }

    /**
     * Returns the tokens of a text, and forgets those before it.
     *
     * @param text the next one, of whatever kind
     * @param undecided how many of the last characters are behind the text; negative if something else is behind it
     */
    List<TokenLogprobs> take(String text, int undecided) {
        int from = place(text, undecided);
        List<TokenLogprobs> tokens = new ArrayList<>();
        if (from < 0) {
            return tokens;
        }
        int begin = takenPoints + written.codePointCount(taken, from);
        taken = from + text.length();
        takenPoints = begin + text.codePointCount(0, text.length());
        while (!waiting.isEmpty() && waiting.peek().begin() < takenPoints) {
            Placed token = waiting.remove();
            if (token.end() > begin) {
                tokens.add(token.token());
            }
        }
        return tokens;
    }

    private int place(String text, int undecided) {
        int atEnd = written.length() - undecided - text.length();
        if (isAt(text, taken)) {
            return taken;
        }
        // Something was left out. A search alone would find short texts within it.
        return undecided >= 0 && atEnd >= taken && isAt(text, atEnd) ? atEnd : written.indexOf(text, taken);
    }

    private boolean isAt(String text, int at) {
        return at + text.length() <= written.length()
                && CharSequence.compare(text, written.subSequence(at, at + text.length())) == 0;
    }
}
