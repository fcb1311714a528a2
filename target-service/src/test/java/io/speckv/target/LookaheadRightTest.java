package io.speckv.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.kit.telemetry.MetricsPage;
import io.speckv.proto.v1.GenerationStart;
import java.util.Arrays;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the metric says of a draft: how well it knows the target, however answers are drawn, and only where it drafted. */
class LookaheadRightTest {
    private static final int NEW_TOKENS = 16;

    private static GenerationStart.Builder start() {
        return LoopbackTarget.start(LoopbackTarget.prompt(90), NEW_TOKENS);
    }

    /** The sum or the count of what was measured; 0 where nothing was. */
    private static int measured(MetricsPage page, String what) {
        return Pattern.compile("speckv_lookahead_right_" + what + "(?:\\{[^}]*})? (\\d+)")
                .matcher(page.text())
                .results()
                .map((MatchResult line) -> line.group(1))
                .mapToInt(Integer::parseInt)
                .sum();
    }

    @Test
    void aPerfectDraftIsRightHoweverTheAnswerIsDrawnAndATokenSaysNothing() {
        MetricsPage page = new MetricsPage();
        try (LoopbackTarget target = LoopbackTarget.start("llama-target", page.flag())) {
            int[] greedy = target.generate(start().build()).tokens();
            target.generate(start().setLookahead(LoopbackTarget.lookahead(0, true, greedy[0]))
                    .build());
            GenerationStart.Builder drawn =
                    start().setLookahead(LoopbackTarget.lookahead(0, true, Arrays.copyOf(greedy, 12)));
            drawn.getSamplingBuilder().setTemperature(2).setSeed(1);
            TargetCall.Result answer = target.generate(drawn.build());

            assertThat(answer.finished().getLookahead().getAcceptedTokenCount()).isLessThan(12);
            LoopbackTarget.await(() -> measured(page, "count") > 0, "no lookahead is measured");
            assertThat(measured(page, "count")).isEqualTo(1);
            assertThat(measured(page, "sum")).isEqualTo(12);
        }
    }
}
