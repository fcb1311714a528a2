package io.speckv.router.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.cascade.Adaptation;
import io.speckv.cascade.Choice;
import io.speckv.cascade.DraftLoss;
import io.speckv.cascade.KeptPrompt;
import io.speckv.proto.v1.FallbackReason;
import io.speckv.selection.method.Method;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FallbackReasonsTest {
    private static FallbackReason of(@Nullable DraftLoss lost, @Nullable Adaptation adapted) {
        KeptPrompt prompt = new KeptPrompt(new int[] {1}, new int[] {0}, 1, false, new float[0]);
        return FallbackReasons.of(new Choice(Method.FULL, prompt, lost, adapted));
    }

    @Test
    void aMethodThatWasAppliedAsAskedHasNone() {
        assertThat(of(null, null)).isEqualTo(FallbackReason.FALLBACK_REASON_UNSPECIFIED);
    }

    @Test
    void everyReasonOfTheWireHasOneCauseOfOurs() {
        Set<FallbackReason> said = EnumSet.noneOf(FallbackReason.class);
        Stream.concat(
                        Arrays.stream(DraftLoss.values()).map(lost -> of(lost, null)),
                        Arrays.stream(Adaptation.values()).map(adapted -> of(null, adapted)))
                .forEach(
                        reason -> assertThat(said.add(reason)).as(reason.name()).isTrue());
        assertThat(said)
                .isEqualTo(EnumSet.complementOf(
                        EnumSet.of(FallbackReason.FALLBACK_REASON_UNSPECIFIED, FallbackReason.UNRECOGNIZED)));
    }

    @Test
    void theLossOfTheDraftCountsBeforeAnAdaptation() {
        assertThat(of(DraftLoss.TIMEOUT, Adaptation.NO_CACHE_STAGE))
                .isEqualTo(FallbackReason.FALLBACK_REASON_DRAFT_TIMEOUT);
    }
}
