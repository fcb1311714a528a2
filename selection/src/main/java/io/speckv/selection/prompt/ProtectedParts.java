package io.speckv.selection.prompt;

import io.speckv.selection.ProtectedTokens;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * The parts of a prompt that were asked to stay. Those that do stay take no more than their share of the budget together.
 *
 * @param parts in the order in which they were given; a position of two parts belongs to the earlier one
 */
public record ProtectedParts(List<Part> parts) {
    /** No part was asked to stay. */
    public static final ProtectedParts NONE = new ProtectedParts(List.of());

    public ProtectedParts {
        BitSet taken = new BitSet();
        List<Part> distinct = new ArrayList<>();
        for (Part part : parts) {
            BitSet own = new BitSet();
            for (int position : part.positions()) {
                own.set(position);
            }
            own.andNot(taken);
            taken.or(own);
            if (!own.isEmpty()) {
                distinct.add(new Part(part.kind(), part.message(), own.stream().toArray(), part.compressed()));
            }
        }
        parts = List.copyOf(distinct);
    }

    /**
     * A part of a prompt.
     *
     * @param kind what the part is, such as {@code system}
     * @param message its place in the chat, or -1 if the part is no message
     * @param positions of its tokens, ascending
     * @param compressed whether scores decide about it after all
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Part(String kind, int message, int[] positions, boolean compressed) {
        /** A part that stays. */
        public Part(String kind, int message, int[] positions) {
            this(kind, message, positions, false);
        }

        private Part leftToScores() {
            return new Part(kind, message, positions, true);
        }
    }

    /** Returns the same parts, with the longest ones left to their scores until the others have at most {@code most} tokens. */
    public ProtectedParts within(int most) {
        List<Part> longestFirst = new ArrayList<>(parts);
        longestFirst.sort(Comparator.comparingInt((Part part) -> -part.positions().length));
        int held = parts.stream().mapToInt(part -> part.positions().length).sum();
        List<Part> fitting = new ArrayList<>(parts);
        for (Part part : longestFirst) {
            if (held <= most) {
                break;
            }
            held -= part.positions().length;
            fitting.set(fitting.indexOf(part), part.leftToScores());
        }
        return new ProtectedParts(fitting);
    }

    /** Returns the positions of the parts that stay. */
    public ProtectedTokens tokens() {
        return ProtectedTokens.of(parts.stream()
                .filter(part -> !part.compressed())
                .flatMapToInt(part -> java.util.Arrays.stream(part.positions()))
                .toArray());
    }
}
