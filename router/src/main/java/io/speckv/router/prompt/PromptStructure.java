package io.speckv.router.prompt;

import io.speckv.cascade.Stretch;
import io.speckv.selection.ProtectedTokens;
import io.speckv.selection.prompt.PromptText;
import io.speckv.selection.prompt.ProtectedParts;
import java.util.List;

/**
 * What of a prompt is compressed together, and what of it stays whatever its scores.
 *
 * @param parts that are to stay, of all stretches
 * @param stretches as a cascade takes them
 * @param recentFrom position from which on all stays since it is recent; behind the prompt's last token where nothing does
 * @param mark tokens that stand where text was left out; empty for none
 */
public record PromptStructure(ProtectedParts parts, List<Stretch> stretches, int recentFrom, int[] mark) {
    public PromptStructure {
        stretches = List.copyOf(stretches);
    }

    /** A prompt that is compressed as one, and of which nothing is to stay. */
    public static PromptStructure none(int promptTokens) {
        return new PromptStructure(
                ProtectedParts.NONE,
                List.of(Stretch.whole(promptTokens, ProtectedTokens.NONE)),
                promptTokens,
                new int[0]);
    }

    /** Returns the same of a prompt of whose text this is known. */
    public PromptStructure with(PromptText text) {
        List<Stretch> withLines = stretches.stream()
                .map(stretch -> stretch.withLines(text.lines()))
                .toList();
        return new PromptStructure(parts, withLines, recentFrom, text.mark());
    }

    /** Returns how many of the kept positions stand in turns that stay as they are, before the last one and the recent ones. */
    public int settled(int[] kept) {
        int last = Math.min(recentFrom, last().start());
        int settled = 0;
        while (settled < kept.length && kept[settled] < last) {
            settled++;
        }
        return settled;
    }

    /** Returns how many tokens stay since they are recent. */
    public int recent() {
        return last().end() - recentFrom;
    }

    private Stretch last() {
        return stretches.get(stretches.size() - 1);
    }
}
