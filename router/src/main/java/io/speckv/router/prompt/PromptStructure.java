package io.speckv.router.prompt;

import io.speckv.cascade.Stretch;
import io.speckv.selection.ProtectedTokens;
import io.speckv.selection.prompt.PromptText;
import io.speckv.selection.prompt.ProtectedParts;
import java.util.List;

/**
 * Which stretches of a prompt are compressed together, and which tokens stay whatever their scores.
 *
 * @param parts that stay, in all stretches
 * @param stretches as a cascade takes them
 * @param recentFrom first position of the recent tokens, which all stay; the prompt's length if there are none
 * @param mark tokens that stand where text was left out; empty for none
 */
public record PromptStructure(ProtectedParts parts, List<Stretch> stretches, int recentFrom, int[] mark) {
    public PromptStructure {
        stretches = List.copyOf(stretches);
    }

    /** A prompt that is compressed as one stretch and protects nothing. */
    public static PromptStructure none(int promptTokens) {
        return new PromptStructure(
                ProtectedParts.NONE,
                List.of(Stretch.whole(promptTokens, ProtectedTokens.NONE)),
                promptTokens,
                new int[0]);
    }

    /** Returns a copy whose stretches know this text. */
    public PromptStructure with(PromptText text) {
        List<Stretch> withLines = stretches.stream()
                .map(stretch -> stretch.withLines(text.lines()))
                .toList();
        return new PromptStructure(parts, withLines, recentFrom, text.mark());
    }

    /** Returns how many of the kept positions are in turns that stay as they were kept, before the last and recent turns. */
    public int settled(int[] kept) {
        int last = Math.min(recentFrom, last().start());
        int settled = 0;
        while (settled < kept.length && kept[settled] < last) {
            settled++;
        }
        return settled;
    }

    /** Returns the number of tokens that stay because they are recent. */
    public int recent() {
        return last().end() - recentFrom;
    }

    private Stretch last() {
        return stretches.get(stretches.size() - 1);
    }
}
