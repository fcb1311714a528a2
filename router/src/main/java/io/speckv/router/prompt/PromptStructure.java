package io.speckv.router.prompt;

import io.speckv.cascade.Stretch;
import io.speckv.selection.ProtectedTokens;
import io.speckv.selection.prompt.ProtectedParts;
import java.util.List;

/**
 * What of a prompt is compressed together, and what of it stays whatever its scores.
 *
 * @param parts that are to stay, of all stretches
 * @param stretches as a cascade takes them
 */
public record PromptStructure(ProtectedParts parts, List<Stretch> stretches) {
    public PromptStructure {
        stretches = List.copyOf(stretches);
    }

    /** A prompt that is compressed as one, and of which nothing is to stay. */
    public static PromptStructure none(int promptTokens) {
        return new PromptStructure(ProtectedParts.NONE, List.of(Stretch.whole(promptTokens, ProtectedTokens.NONE)));
    }

    /** Returns how many of the kept positions stand in turns before the last one; 0 where there are none. */
    public int settled(int[] kept) {
        int last = stretches.get(stretches.size() - 1).start();
        int settled = 0;
        while (settled < kept.length && kept[settled] < last) {
            settled++;
        }
        return settled;
    }
}
