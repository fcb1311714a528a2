package io.speckv.kit.wire;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.EngineOptions;
import io.speckv.proto.v1.TargetAbilities;
import java.util.List;
import org.junit.jupiter.api.Test;

class EngineOptionRulesTest {
    private static final TargetAbilities NONE = TargetAbilities.getDefaultInstance();
    private static final TargetAbilities BOTH =
            TargetAbilities.newBuilder().setPriority(true).setCacheSalt(true).build();

    private static void require(EngineOptions.Builder options, TargetAbilities abilities) {
        EngineOptionRules.require(options.build(), abilities, "llama");
    }

    @Test
    void whatIsNotSetNeedsNoAbility() {
        assertThatCode(() -> require(EngineOptions.newBuilder(), NONE)).doesNotThrowAnyException();
    }

    @Test
    void anAbleTargetTakesBoth() {
        assertThatCode(() -> require(EngineOptions.newBuilder().setPriority(-3).setCacheSalt("s"), BOTH))
                .doesNotThrowAnyException();
    }

    @Test
    void aPriorityOfZeroIsSetToo() {
        assertThatThrownBy(() -> require(EngineOptions.newBuilder().setPriority(0), NONE))
                .isInstanceOf(RequestException.class)
                .hasMessage("engine.priority must be unset: target llama does not honour it, which only some kinds of"
                        + " engine do");
    }

    @Test
    void aSaltNeedsATargetThatKeepsCachesApart() {
        TargetAbilities priority =
                TargetAbilities.newBuilder().setPriority(true).build();
        assertThatThrownBy(() -> require(EngineOptions.newBuilder().setCacheSalt("s"), priority))
                .hasMessageStartingWith("engine.cache_salt must be unset: target llama does not honour it");
    }

    @Test
    void aSaltIsAtMost1024CharactersLong() {
        for (String character : List.of("s", "\ud83d\ude42")) {
            assertThatCode(() -> require(EngineOptions.newBuilder().setCacheSalt(character.repeat(1024)), BOTH))
                    .doesNotThrowAnyException();
        }
        assertThatThrownBy(() -> require(EngineOptions.newBuilder().setCacheSalt("s".repeat(1025)), BOTH))
                .hasMessage("engine.cache_salt has 1025 characters, must have at most 1024");
    }
}
