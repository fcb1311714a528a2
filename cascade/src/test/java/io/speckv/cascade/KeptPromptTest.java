package io.speckv.cascade;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.selection.ProtectedTokens;
import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.cache.ReceivedScores;
import io.speckv.selection.method.Method;
import io.speckv.selection.method.Methods;
import io.speckv.selection.prompt.Collapse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeptPromptTest {
    private static final int[] NO_MARK = {};
    private static final int[] PROMPT = {100, 101, 102, 103, 104, 105, 106, 107};
    private static final float[] SCORES = {0.1f, 0.2f, 0.9f, 0.1f, 0.3f, 0.8f, 0.1f, 0.1f};

    @Test
    void aPromptThatStaysWholeStandsWhereItStood() {
        KeptPrompt kept = KeptPrompt.of(Methods.of("full", Map.of()), PROMPT, new float[0]);

        assertThat(kept.isShortened()).isFalse();
        assertThat(kept.tokens()).isEqualTo(PROMPT);
        assertThat(kept.positions()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(kept.continuesAt()).isEqualTo(8);
        assertThat(kept.scores()).isEmpty();
    }

    @Test
    void specPcRenumbersWhatItKeeps() {
        Method method = Methods.of("specpc", Map.of("max_capacity_prompt", 4, "window_size", 2, "kernel_size", 1));
        KeptPrompt kept = KeptPrompt.of(method, PROMPT, SCORES);

        assertThat(kept.tokens()).containsExactly(102, 105, 106, 107);
        assertThat(kept.kept()).containsExactly(2, 5, 6, 7);
        assertThat(kept.positions()).containsExactly(0, 1, 2, 3);
        assertThat(kept.continuesAt()).isEqualTo(4);
        assertThat(kept.scores()).as("no policy ranks by them").isEmpty();
    }

    @Test
    void specPrefillLeavesThemAtTheirOldPositions() {
        Method method = Methods.of("specprefill", Map.<String, Object>of("keep_rate", 0.5, "chunk_size", 2));
        KeptPrompt kept = KeptPrompt.of(method, PROMPT, SCORES);

        assertThat(kept.positions()).isEqualTo(kept.kept());
        assertThat(kept.continuesAt()).isEqualTo(8);
    }

    @Test
    void aPolicyThatRanksByTheDraftsScoresGetsThoseOfTheKeptTokens() {
        Map<String, Object> settings = Map.of(
                "second_stage", "received",
                "specpc", Map.of("max_capacity_prompt", 4, "window_size", 2, "kernel_size", 1),
                "speckv", Map.of("max_capacity_prompt", 3, "window_size", 1, "kernel_size", 1));
        Method method = Methods.of("speckv-pc", settings);
        KeptPrompt kept = KeptPrompt.of(method, PROMPT, SCORES);
        CachePolicy policy = kept.policy(method.cache());

        assertThat(kept.scores()).containsExactly(0.9f, 0.8f, 0.1f, 0.1f);
        assertThat(policy).isInstanceOf(ReceivedScores.class);
        assertThat(((ReceivedScores) policy).tokenScores()).isEqualTo(kept.scores());
    }

    @Test
    void aPolicyThatEvictsNothingNeedsNoScores() {
        Method method = Methods.of("speckv-pc", Map.of("second_stage", "received"));
        KeptPrompt kept = KeptPrompt.of(method, PROMPT, new float[0]);

        assertThat(kept.policy(method.cache())).isSameAs(method.cache());
    }

    @Test
    void whatIsProtectedStaysWhateverItsScore() {
        Method method = Methods.of("specpc", Map.of("max_capacity_prompt", 4, "window_size", 2, "kernel_size", 1));
        Stretch stretch = Stretch.whole(PROMPT.length, ProtectedTokens.of(0, 3));
        KeptPrompt kept = KeptPrompt.of(method, History.before(PROMPT, stretch), stretch, NO_MARK, SCORES);

        assertThat(kept.kept()).containsExactly(0, 3, 6, 7);
    }

    @Test
    void aChoiceThatLooksWrongGivesWayToTheWholePromptWhereThatIsAskedFor() {
        Method method = Methods.of("specpc", Map.of("max_capacity_prompt", 4, "window_size", 2, "kernel_size", 1));
        float[] flat = new float[PROMPT.length];
        CascadeRequest asked = CascadeRequest.of(PROMPT, method, 1);

        assertThat(asked.kept(method, asked.begin(), flat).isShortened()).isTrue();
        assertThat(asked.kept(method, asked.begin(), flat).collapse()).isEqualTo(Collapse.FLAT_SCORES);
        CascadeRequest careful = new CascadeRequest(
                PROMPT,
                asked.stretches(),
                NO_MARK,
                method,
                1,
                PROMPT.length,
                TargetAbilities.ALL,
                0,
                new Fallback.Fail(),
                CascadeRequest.Goal.ANSWER,
                true);
        assertThat(careful.kept(method, careful.begin(), flat).isShortened()).isFalse();
        assertThat(careful.kept(method, careful.begin(), flat).collapse()).isEqualTo(Collapse.FLAT_SCORES);
        assertThat(careful.kept(method, careful.begin(), SCORES).isShortened()).isTrue();
    }

    @Test
    void aStretchIsChosenFromByItsOwnScoresAndWhatStandsBeforeItStays() {
        Method method = Methods.of("specpc", Map.of("max_capacity_prompt", 3, "window_size", 1, "kernel_size", 1));
        History before = new History(1, new int[] {1, 2}, MarkedText.of(PROMPT), new float[4]);
        float[] scores = {9, 9, 0.1f, 0.2f, 0.8f, 0.1f};
        KeptPrompt kept = KeptPrompt.of(method, before, new Stretch(4, 8, ProtectedTokens.NONE), NO_MARK, scores);

        assertThat(kept.kept()).containsExactly(1, 2, 5, 6, 7);
        assertThat(kept.tokens()).containsExactly(101, 102, 105, 106, 107);
    }

    /** Of twelve tokens 0, 6 and the window stay; a mark of two is worth it in front of 6 and of 10. */
    private static KeptPrompt marked(Map<String, Object> more, int budget) {
        int[] prompt = IntStream.range(100, 112).toArray();
        float[] scores = {0.9f, 0, 0, 0, 0, 0, 0.8f, 0, 0, 0, 0, 0};
        Map<String, Object> settings =
                new LinkedHashMap<>(Map.<String, Object>of("window_size", 2, "kernel_size", 1, "marks", true));
        settings.put("max_capacity_prompt", budget);
        settings.putAll(more);
        Method method = Methods.of("specpc", settings);
        Stretch whole = Stretch.whole(12, ProtectedTokens.NONE);
        return KeptPrompt.of(method, History.before(prompt, whole), whole, new int[] {7, 8}, scores);
    }

    @Test
    void marksStandWhereTextWasLeftOutAndCountAgainstTheBudget() {
        KeptPrompt kept = marked(Map.of(), 8);
        assertThat(kept.tokens()).containsExactly(100, 7, 8, 106, 7, 8, 110, 111);
        assertThat(kept.kept()).as("a mark is where its gap begins").containsExactly(0, 1, 2, 6, 7, 8, 10, 11);
        assertThat(kept.marks()).containsExactly(1, 2, 7, 8);
        assertThat(kept.ownKept()).containsExactly(0, 6, 10, 11);
        assertThat(kept.positions()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void lessOfTheTextStaysWhereMarksTakeItsRoom() {
        assertThat(marked(Map.of(), 6).ownKept())
                .as("0, a mark, and the window")
                .containsExactly(0, 10, 11);
        assertThat(marked(Map.of("marks", false), 6).ownKept()).containsExactly(0, 1, 2, 6, 10, 11);
    }

    @Test
    void marksOfAnOldTurnStayInWhatIsReadLater() {
        int[] prompt = IntStream.range(100, 120).toArray();
        float[] scores = {0.9f, 0, 0, 0, 0, 0, 0.8f, 0, 0, 0, 0, 0};
        Method method = Methods.of(
                "specpc",
                Map.<String, Object>of("window_size", 2, "kernel_size", 1, "marks", true, "max_capacity_prompt", 8));
        Stretch old = new Stretch(0, 12, ProtectedTokens.NONE);
        Stretch now = new Stretch(14, 20, ProtectedTokens.NONE);
        CascadeRequest asked = new CascadeRequest(
                prompt,
                List.of(old, now),
                new int[] {7, 8},
                method,
                1,
                prompt.length,
                TargetAbilities.ALL,
                0,
                new Fallback.Fail(),
                CascadeRequest.Goal.ANSWER,
                false);
        History history = asked.then(asked.begin(), method, scores);
        assertThat(asked.draftPrompt(history).tokens())
                .as("the draft reads what the target reads")
                .startsWith(100, 7, 8, 106, 7, 8, 110, 111, 112, 113, 114);
        assertThat(asked.kept(method, history, new float[0]).tokens())
                .isEqualTo(asked.draftPrompt(history).tokens());
        assertThat(asked.kept(method, history, new float[0]).marks()).containsExactly(1, 2, 7, 8);
    }

    @Test
    void aMarkHasNoScore() {
        int[] prompt = IntStream.range(100, 112).toArray();
        float[] scores = {0.9f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 0.8f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f};
        Map<String, Object> settings = Map.of(
                "second_stage", "received",
                "specpc",
                        Map.<String, Object>of(
                                "max_capacity_prompt", 8, "window_size", 2, "kernel_size", 1, "marks", true),
                "speckv", Map.of("max_capacity_prompt", 3, "window_size", 1, "kernel_size", 1));
        Stretch whole = Stretch.whole(12, ProtectedTokens.NONE);
        KeptPrompt kept = KeptPrompt.of(
                Methods.of("speckv-pc", settings), History.before(prompt, whole), whole, new int[] {7, 8}, scores);
        assertThat(kept.scores()).containsExactly(0.9f, 0, 0, 0.8f, 0, 0, 0.1f, 0.1f);
    }
}
