package io.speckv.selection.drafting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NgramDrafterTest {
    private static int[] draft(int most, int... text) {
        return new NgramDrafter(text).draft(most, Set.of());
    }

    @Test
    void goesOnAsTheTextDidAfterTheSameTwoTokens() {
        // 2 alone was mostly followed by 9; 1 2 by 3.
        assertThat(draft(3, 1, 2, 3, 4, 5, 7, 2, 9, 2, 9, 1, 2)).containsExactly(3, 4, 5);
    }

    @Test
    void knowsOnlyTheLastTokenWhereBothAreNew() {
        assertThat(draft(2, 4, 5, 6, 9, 8, 5)).containsExactly(6, 9);
        assertThat(draft(1, 5, 5)).containsExactly(5);
    }

    @Test
    void endsWhereNothingWasSeenBefore() {
        assertThat(draft(5, 1, 2, 3)).isEmpty();
        assertThat(draft(5, 1)).isEmpty();
        assertThat(draft(5)).isEmpty();
        assertThat(draft(0, 1, 1, 1)).isEmpty();
    }

    @Test
    void takesTheMostFrequentSuccessorAndOfEqualsTheLatest() {
        assertThat(draft(1, 1, 2, 7, 1, 2, 7, 1, 2, 8, 1, 2)).containsExactly(7);
        assertThat(draft(1, 1, 2, 7, 1, 2, 8, 1, 2)).containsExactly(8);
        assertThat(draft(1, 1, 2, 8, 1, 2, 7, 1, 2)).containsExactly(7);
    }

    @Test
    void aContextThatComesBackGoesOnWithItsNextBestSuccessor() {
        // 1 2 is followed by 3 twice and by 4 once, and both lead back to 1 2.
        int[] drafted = draft(6, 1, 2, 4, 1, 2, 3, 1, 2, 3, 1, 2);
        assertThat(drafted).containsExactly(3, 1, 2, 4, 1, 2);
    }

    @Test
    void noChainRunsForEver() {
        assertThat(draft(1000, 1, 2, 3, 1, 2, 3, 1, 2)).hasSizeBetween(3, 12);
    }

    @Test
    void whatATargetAcceptsCountsLikeThePrompt() {
        int[] text = new Random(3).ints(500, 0, 20).toArray();
        NgramDrafter adaptive = new NgramDrafter(Arrays.copyOf(text, 300));
        adaptive.accept(Arrays.copyOfRange(text, 300, 301));
        adaptive.accept(Arrays.copyOfRange(text, 301, 500));

        assertThat(adaptive.draft(64, Set.of())).isEqualTo(draft(64, text));
        assertThat(adaptive.draft(64, Set.of())).isNotEqualTo(draft(64, Arrays.copyOf(text, 300)));
    }

    @Test
    void draftingChangesNothing() {
        NgramDrafter drafter = new NgramDrafter(new Random(4).ints(300, 0, 9).toArray());
        int[] first = drafter.draft(40, Set.of());

        assertThat(drafter.draft(40, Set.of())).isEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5, 30, 300})
    void everyStepStandsInTheText(int vocabulary) {
        int[] text = new Random(vocabulary).ints(2000, 0, vocabulary).toArray();
        int[] drafted = draft(200, text);
        int before = text[text.length - 1];
        for (int token : drafted) {
            int from = before;
            assertThat(IntStream.range(1, text.length).anyMatch(i -> text[i - 1] == from && text[i] == token))
                    .as("%d after %d", token, from)
                    .isTrue();
            before = token;
        }
        assertThat(drafted).isNotEmpty().hasSizeLessThanOrEqualTo(200);
    }

    @Test
    void anEndTokenIsTheLast() {
        int[] text = {1, 2, 3, 4, 5, 1, 2};

        assertThat(new NgramDrafter(text).draft(5, Set.of(4))).containsExactly(3, 4);
        assertThat(new NgramDrafter(text).draft(5, Set.of(9))).hasSize(5);
    }

    @Test
    void aThirteenthSuccessorReplacesTheRarest() {
        NgramDrafter drafter = new NgramDrafter(new int[0]);
        for (int token = 100; token < 112; token++) {
            drafter.accept(1, 2, token);
            if (token != 105) {
                drafter.accept(1, 2, token);
            }
        }
        drafter.accept(1, 2, 200, 1, 2);
        Set<Integer> taken = new TreeSet<>();
        // Every return to 1 2 takes another successor.
        int[] drafted = drafter.draft(13 * 3, Set.of());
        for (int i = 0; i < drafted.length; i++) {
            if (drafted[i] >= 100 && taken.size() < 12) {
                taken.add(drafted[i]);
            }
        }

        assertThat(drafted[0]).isEqualTo(111);
        assertThat(taken).contains(200).doesNotContain(105).hasSize(12);
    }

    @Test
    void whatWasNotSeenForLongestIsForgottenFirst() {
        int tokens = 200_000;
        NgramDrafter drafter = new NgramDrafter(IntStream.range(0, tokens).toArray());
        drafter.accept(tokens - 10, tokens - 9);
        assertThat(drafter.draft(2, Set.of())).containsExactly(tokens - 8, tokens - 7);

        drafter.accept(0, 1);
        assertThat(drafter.draft(2, Set.of())).isEmpty();
    }

    @Test
    void aNegativeTokenIsRefused() {
        assertThatThrownBy(() -> draft(1, 3, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("token id is -1; it must not be negative");
    }
}
