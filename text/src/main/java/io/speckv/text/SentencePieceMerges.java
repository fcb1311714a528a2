package io.speckv.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns SentencePiece's scores into merges of byte-pair encoding. SentencePiece always joins the two neighbours whose joint
 * token has the highest score; merges in the order of scores give the same result.
 *
 * <p>Source: {@code convert_slow_tokenizer.py} of transformers.
 */
final class SentencePieceMerges {
    private SentencePieceMerges() {}

    /** A token that text can become. Tokens with higher scores are joined earlier. */
    record Piece(String text, int id, double score) {}

    /** Two tokens that are joined to one. */
    record Merge(String left, String right, double score, int leftId, int rightId) {}

    /** Returns every way to join two tokens to one, best score first; equal scores in the order of ids. */
    static List<Merge> of(List<Piece> pieces) {
        Map<String, Piece> byText = new HashMap<>();
        pieces.forEach(piece -> byText.put(piece.text, piece));
        List<Merge> merges = new ArrayList<>();
        byText.values().forEach(piece -> addTo(merges, piece, byText));
        merges.sort(Comparator.comparingDouble((Merge merge) -> -merge.score)
                .thenComparingInt(merge -> merge.leftId)
                .thenComparingInt(merge -> merge.rightId));
        return merges;
    }

    private static void addTo(List<Merge> merges, Piece piece, Map<String, Piece> byText) {
        String text = piece.text;
        for (int at = text.offsetByCodePoints(0, Math.min(1, text.length()));
                at < text.length();
                at = text.offsetByCodePoints(at, 1)) {
            @Nullable Piece left = byText.get(text.substring(0, at));
            @Nullable Piece right = byText.get(text.substring(at));
            if (left != null && right != null) {
                merges.add(new Merge(left.text, right.text, piece.score, left.id, right.id));
            }
        }
    }
}
