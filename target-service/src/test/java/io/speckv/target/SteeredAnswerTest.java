package io.speckv.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.TokenBias;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What {@link GenerationReply} sends of answers with least lengths, biases, and stops that are part of the text. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SteeredAnswerTest {
    private static final int MOST = 12;
    private final LoopbackTarget target = LoopbackTarget.start("llama-target");
    private final TargetCall.Result free = generate(sampling -> {});

    @AfterAll
    void close() {
        target.close();
    }

    private TargetCall.Result generate(Consumer<SamplingSettings.Builder> settings) {
        GenerationStart.Builder start = LoopbackTarget.start(LoopbackTarget.prompt(20), MOST);
        settings.accept(start.getSamplingBuilder().setIgnoreEos(true));
        return target.generate(start.build());
    }

    private static TokenBias bias(int token, float bias) {
        return TokenBias.newBuilder().setTokenId(token).setBias(bias).build();
    }

    @Test
    void aBiasForbidsAndForcesTokens() {
        int first = free.tokens()[0];
        assertThat(generate(sampling -> sampling.addLogitBias(bias(first, -100)))
                        .tokens())
                .isNotEqualTo(free.tokens())
                .doesNotContain(first);
        assertThat(generate(sampling -> sampling.addLogitBias(bias('x', 100))).text())
                .isEqualTo("x".repeat(MOST));
    }

    @Test
    void noStopTokenEndsAnAnswerBeforeItsLeastLength() {
        int first = free.tokens()[0];
        TargetCall.Result atOnce = generate(sampling -> sampling.addStopTokenIds(first));
        assertThat(atOnce.tokens()).isEmpty();
        TargetCall.Result later =
                generate(sampling -> sampling.addStopTokenIds(first).setMinNewTokens(5));
        assertThat(later.tokens()).hasSizeGreaterThanOrEqualTo(5).doesNotContain(first);
    }

    @Test
    void noStopTextIsLookedForBeforeTheLeastLength() {
        Consumer<SamplingSettings.Builder> all = sampling -> sampling.addLogitBias(bias('x', 100));
        assertThat(generate(all.andThen(sampling -> sampling.addStop("x"))).text())
                .isEmpty();
        TargetCall.Result later =
                generate(all.andThen(sampling -> sampling.addStop("x").setMinNewTokens(5)));
        assertThat(later.text()).isEqualTo("xxxxx");
        assertThat(later.finished().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
        assertThat(later.finished().getMatchedStop()).isEqualTo("x");
    }

    @Test
    void stopTextAndStopTokenArePartOfTheTextWhereAskedFor() {
        Consumer<SamplingSettings.Builder> all =
                sampling -> sampling.addLogitBias(bias('x', 100)).setIncludeStop(true);
        TargetCall.Result text = generate(all.andThen(sampling -> sampling.addStop("xx")));
        assertThat(text.text()).isEqualTo("xx");
        assertThat(text.finished().getMatchedStop()).isEqualTo("xx");
        TargetCall.Result token = generate(all.andThen(sampling -> sampling.addStopTokenIds('x')));
        assertThat(token.text()).isEqualTo("x");
        assertThat(token.tokens()).as("the token itself stays out").isEmpty();
    }
}
