package io.speckv.selection.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.selection.Lines;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PiecesTest {
    private static List<Integer> starts(Pieces pieces) {
        List<Integer> starts = new ArrayList<>();
        for (int i = 0; i < pieces.count(); i++) {
            starts.add(pieces.start(i));
        }
        return starts;
    }

    private static Lines lines(int... edges) {
        int[] starts = new int[edges.length / 2];
        int[] ends = new int[edges.length / 2];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = edges[2 * i];
            ends[i] = edges[2 * i + 1];
        }
        return Lines.of(starts, ends);
    }

    @Test
    void runningTextIsCutEverySoMany() {
        assertThat(starts(Pieces.lineByLine(10, Lines.NONE, 4))).containsExactly(0, 4, 8);
        assertThat(starts(Pieces.byKind(10, Lines.NONE, 4, 2, false))).containsExactly(0, 4, 8);
        assertThat(starts(Pieces.lineByLine(8, Lines.NONE, 4))).containsExactly(0, 4);
    }

    @Test
    void aLineIsAPieceAndTheTextBehindItBeginsAnew() {
        assertThat(starts(Pieces.lineByLine(20, lines(3, 5, 5, 9), 4))).containsExactly(0, 3, 5, 9, 13, 17);
        assertThat(starts(Pieces.lineByLine(20, lines(6, 9), 4))).containsExactly(0, 4, 6, 9, 13, 17);
    }

    @Test
    void aLineThatIsTooLongIsCut() {
        int longest = Pieces.LONGEST_LINE;
        assertThat(starts(Pieces.lineByLine(longest + 12, lines(2, longest + 12), 4)))
                .containsExactly(0, 2, longest + 2);
    }

    @Test
    void linesThatTouchAreOneBlockThatIsCutEverySoMany() {
        assertThat(starts(Pieces.byKind(20, lines(2, 5, 5, 9, 12, 14), 6, 4, false)))
                .containsExactly(0, 2, 6, 9, 12, 14);
    }

    @Test
    void orAtTheLastEndOfALineThatFits() {
        assertThat(starts(Pieces.byKind(20, lines(2, 5, 5, 9, 9, 10), 6, 5, true)))
                .as("3 and 4 tokens are more than 5, 4 and 1 are not")
                .containsExactly(0, 2, 5, 10, 16);
        assertThat(starts(Pieces.byKind(20, lines(0, 12, 12, 14), 6, 5, true)))
                .as("a line longer than a piece is cut")
                .containsExactly(0, 5, 10, 12, 14);
    }

    @Test
    void aPieceEndsWhereTheNextBeginsOrThePromptEnds() {
        Pieces pieces = Pieces.lineByLine(10, Lines.NONE, 4);
        assertThat(pieces.end(0)).isEqualTo(4);
        assertThat(pieces.end(2)).isEqualTo(10);
        assertThat(pieces.ofTokens()).containsExactly(0, 0, 0, 0, 1, 1, 1, 1, 2, 2);
    }

    @Test
    void anEmptyPromptHasNone() {
        assertThat(Pieces.lineByLine(0, Lines.NONE, 4).count()).isZero();
    }

    @Test
    void piecesCoverThePromptAndNoneIsEmptyOrTooLong() {
        Random random = new Random(2);
        for (int i = 0; i < 500; i++) {
            int tokens = 1 + random.nextInt(400);
            List<Integer> edges = new ArrayList<>();
            int at = random.nextInt(20);
            while (true) {
                int end = at + 1 + random.nextInt(30);
                if (end > tokens) {
                    break;
                }
                edges.add(at);
                edges.add(end);
                at = end + (random.nextBoolean() ? 0 : random.nextInt(20));
            }
            Lines lines = lines(edges.stream().mapToInt(Integer::intValue).toArray());
            for (Pieces pieces : List.of(
                    Pieces.lineByLine(tokens, lines, 7),
                    Pieces.byKind(tokens, lines, 7, 9, true),
                    Pieces.byKind(tokens, lines, 7, 9, false))) {
                assertThat(pieces.start(0)).isZero();
                assertThat(pieces.end(pieces.count() - 1)).isEqualTo(tokens);
                for (int piece = 0; piece < pieces.count(); piece++) {
                    assertThat(pieces.end(piece) - pieces.start(piece)).isBetween(1, 30);
                }
            }
        }
    }
}
