package io.speckv.cli.explain;

import io.speckv.proto.v1.ExplainResponse;
import java.util.ArrayList;
import java.util.List;

/**
 * A prompt in pieces that can be shown, each with its score and whether it is kept. The pieces' texts joined in order are the
 * prompt's text.
 */
public record ExplainedPrompt(List<Piece> pieces, boolean scored) {
    /**
     * The tokens that share the same characters: usually one token, or several that each hold bytes of one character.
     *
     * @param first index of the first token in the prompt
     * @param last index of the last token
     * @param text that they cover; empty for tokens without text
     * @param score greatest of the tokens' scores; 0 without scores
     * @param kept whether any of them reaches the target
     * @param tenth by rank: 9 for the tenth of tokens that score highest, 0 for the lowest and without scores
     */
    public record Piece(int first, int last, String text, float score, boolean kept, int tenth) {}

    private static final int TENTHS = 10;

    public ExplainedPrompt {
        pieces = List.copyOf(pieces);
    }

    public static ExplainedPrompt of(ExplainResponse response) {
        return new ExplainedPrompt(new Reader(response).read(), response.getScoresCount() > 0);
    }

    /** Returns the pieces with the highest scores, highest first; ties in the order of the prompt. */
    public List<Piece> highest(int count) {
        return pieces.stream()
                .sorted((a, b) -> Float.compare(b.score, a.score))
                .limit(scored ? count : 0)
                .toList();
    }

    /** Cuts the text at its tokens' spans, which count code points and may share characters. */
    private static final class Reader {
        private final ExplainResponse response;
        private final int[] text;
        private final int[] tenths;
        private final List<Piece> pieces = new ArrayList<>();
        private int done;

        Reader(ExplainResponse response) {
            this.response = response;
            this.text = response.getText().codePoints().toArray();
            this.tenths = tenths(response.getScoresList());
        }

        List<Piece> read() {
            for (int token = 0; token < response.getKeptCount(); token++) {
                add(token);
            }
            if (done < text.length && !pieces.isEmpty()) {
                Piece last = pieces.get(pieces.size() - 1);
                replaceLast(last, last.last(), last.text() + between(done, text.length));
            }
            return pieces;
        }

        private void add(int token) {
            int end = Math.min(end(token), text.length);
            boolean sharesCharacters = end > start(token) && end <= done && !pieces.isEmpty();
            if (sharesCharacters) {
                Piece last = pieces.get(pieces.size() - 1);
                pieces.set(
                        pieces.size() - 1,
                        new Piece(
                                last.first(),
                                token,
                                last.text(),
                                Math.max(last.score(), score(token)),
                                last.kept() || response.getKept(token),
                                Math.max(last.tenth(), tenths[token])));
                return;
            }
            // Characters before the span that belong to no token (spaces a tokenizer drops) go with the next token.
            String covered = end > done ? between(done, end) : "";
            done = Math.max(done, end);
            pieces.add(new Piece(token, token, covered, score(token), response.getKept(token), tenths[token]));
        }

        private void replaceLast(Piece last, int token, String covered) {
            pieces.set(
                    pieces.size() - 1,
                    new Piece(last.first(), token, covered, last.score(), last.kept(), last.tenth()));
        }

        private int start(int token) {
            return token < response.getSpans().getStartsCount()
                    ? response.getSpans().getStarts(token)
                    : 0;
        }

        private int end(int token) {
            return token < response.getSpans().getEndsCount()
                    ? response.getSpans().getEnds(token)
                    : 0;
        }

        private String between(int from, int to) {
            return new String(text, from, to - from);
        }

        private float score(int token) {
            return response.getScoresCount() > 0 ? response.getScores(token) : 0;
        }

        private int[] tenths(List<Float> scores) {
            int[] tenths = new int[response.getKeptCount()];
            List<Integer> ranked = new ArrayList<>();
            for (int token = 0; token < scores.size(); token++) {
                ranked.add(token);
            }
            ranked.sort((a, b) -> Float.compare(scores.get(a), scores.get(b)));
            for (int rank = 0; rank < ranked.size(); rank++) {
                tenths[ranked.get(rank)] = rank * TENTHS / ranked.size();
            }
            return tenths;
        }
    }
}
