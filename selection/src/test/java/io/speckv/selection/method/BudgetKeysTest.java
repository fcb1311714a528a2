package io.speckv.selection.method;

import static io.speckv.selection.method.SettingsMaps.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.selection.LengthBudget;
import io.speckv.selection.ScoreMassBudget;
import io.speckv.selection.ShareBudget;
import io.speckv.selection.UnlimitedBudget;
import io.speckv.selection.cache.SpecKv;
import io.speckv.selection.prompt.SpecPc;
import io.speckv.selection.prompt.SpecPrefill;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BudgetKeysTest {
    @Test
    void readsBudgetsByCountByMassAndByShare() {
        assertThat(((SpecKv) Methods.of("speckv", settings("max_capacity_prompt", null))
                                .cache())
                        .budget())
                .isEqualTo(new UnlimitedBudget());
        assertThat(((SpecKv) Methods.of("speckv", settings("score_mass", 0.9)).cache()).budget())
                .isEqualTo(new ScoreMassBudget(0.9, 33, 1024));
        assertThat(((SpecPc) Methods.of("specpc", settings("score_mass", 1, "floor", 70, "cap", 90))
                                .prompt())
                        .budget())
                .isEqualTo(new ScoreMassBudget(1, 70, 90));
        assertThat(((SpecPrefill) Methods.of("specprefill", settings("keep_rate", 0.1))
                                .prompt())
                        .budget())
                .isEqualTo(new ShareBudget(0.1));
        assertThatThrownBy(() -> Methods.of("specpc", settings("floor", 70)))
                .hasMessage("floor = 70: needs score_mass to be set, too");
        assertThatThrownBy(() -> Methods.of("truncate", settings("keep_rate", 0.1, "max_capacity_prompt", 8)))
                .hasMessageContaining("keep_rate = 0.1");
    }

    @Test
    void readsSharesOfThePromptByItsLength() {
        assertThat(((SpecPc) Methods.of("specpc", settings("keep_rate", 0.2)).prompt()).budget())
                .as("with room for the window and one more")
                .isEqualTo(new ShareBudget(0.2, 65));
        Map<String, Object> curve = Map.of("2048", 1, "32768", 0.125);
        LengthBudget budget = new LengthBudget(new TreeMap<>(Map.of(2048, 1.0, 32768, 0.125)), 65);
        assertThat(((SpecPc) Methods.of("specpc", settings("keep_rate_by_length", curve))
                                .prompt())
                        .budget())
                .isEqualTo(budget);
        assertThat(((SpecPc) Methods.of("speckv-pc", settings("specpc", Map.of("keep_rate_by_length", curve)))
                                .prompt())
                        .budget())
                .isEqualTo(budget);
        assertThat(Methods.applied("specpc", settings("keep_rate_by_length", curve)))
                .containsEntry("keep_rate_by_length", curve)
                .doesNotContainKey("max_capacity_prompt");
        assertThatThrownBy(() -> Methods.of("specpc", settings("keep_rate_by_length", curve, "max_capacity_prompt", 9)))
                .hasMessageContaining("keep_rate_by_length")
                .hasMessageContaining("cannot be set together with max_capacity_prompt");
        assertThatThrownBy(() -> Methods.of("specpc", settings("keep_rate_by_length", Map.of("2k", 1))))
                .hasMessageContaining("must hold numbers by token counts, such as {2048: 1.0, 32768: 0.2}");
        assertThatThrownBy(() -> Methods.of("specpc", settings("keep_rate_by_length", 0.5)))
                .hasMessageContaining("must be a block of settings");
        assertThatThrownBy(() -> Methods.of("specprefill", settings("window_size", 5)))
                .as("a key that the method has not")
                .hasMessageContaining("window_size");
    }

    /** A request's budget takes the place of the one in the settings it is laid over, of whatever kind both are. */
    @Test
    void aBudgetGivesWayToOneOfAnotherKind() {
        Map<String, @Nullable Object> curve = settings("keep_rate_by_length", Map.of("9", 0.5), "window_size", 8);
        Map<String, @Nullable Object> count = settings("max_capacity_prompt", 512, "window_size", 8);

        assertThat(BudgetKeys.givingWayTo(count, curve)).isEqualTo(settings("window_size", 8));
        assertThat(BudgetKeys.givingWayTo(curve, count)).isEqualTo(settings("window_size", 8));
        assertThat(BudgetKeys.givingWayTo(curve, curve)).isEqualTo(settings("window_size", 8));
        assertThat(BudgetKeys.givingWayTo(settings("keep_rate", 0.1), curve)).isEqualTo(settings("window_size", 8));
        assertThat(BudgetKeys.givingWayTo(settings("score_mass", 0.9), count))
                .as("a count bounds a share of the mass")
                .isEqualTo(count);
        assertThat(BudgetKeys.givingWayTo(settings("kernel_size", 7), curve)).isEqualTo(curve);
        assertThat(BudgetKeys.givingWayTo(settings("max_capacity_prompt", null), curve))
                .isEqualTo(curve);
    }
}
