package io.speckv.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.proto.v1.TokenLogprobs;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

class LogprobsTest {
    /** Greedily the chosen token is the first alternative, so both must have the same text and probability. */
    @Test
    void theChosenTokenHasItsTextWhetherItIsAmongTheAlternativesOrNot() {
        GenerationStart.Builder start = LoopbackTarget.start(LoopbackTarget.prompt(20), 4);
        start.getSamplingBuilder().setIgnoreEos(true).setTopLogprobs(1);
        try (LoopbackTarget target = LoopbackTarget.start("llama-target")) {
            TargetCall.Result listed = target.generate(start.build());
            start.getSamplingBuilder().setTopLogprobs(0);
            TargetCall.Result alone = target.generate(start.build());

            StringBuilder texts = new StringBuilder();
            for (TokenDelta delta : listed.deltas()) {
                for (TokenLogprobs token : delta.getLogprobsList()) {
                    assertThat(token.getAlternatives(0).getText()).isEqualTo(token.getText());
                    assertThat(token.getAlternatives(0).getLogprob()).isEqualTo(token.getLogprob());
                    texts.append(token.getText()).append('|');
                }
            }
            StringBuilder without = new StringBuilder();
            for (TokenDelta delta : alone.deltas()) {
                for (TokenLogprobs token : delta.getLogprobsList()) {
                    assertThat(token.getAlternativesCount()).isZero();
                    without.append(token.getText()).append('|');
                }
            }
            assertThat(without.toString()).isEqualTo(texts.toString()).isNotBlank();
        }
    }

    @Test
    void everyTokenHasItsBytesAndItsPlaceInTheText() {
        GenerationStart.Builder start = LoopbackTarget.start(LoopbackTarget.prompt(20), 40);
        start.getSamplingBuilder()
                .setIgnoreEos(true)
                .setTopLogprobs(3)
                .setTemperature(2)
                .setSeed(5);
        try (LoopbackTarget target = LoopbackTarget.start("llama-target")) {
            TargetCall.Result answer = target.generate(start.build());
            int offset = 0;
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (TokenDelta delta : answer.deltas()) {
                for (TokenLogprobs token : delta.getLogprobsList()) {
                    assertThat(token.getTextOffset()).isGreaterThanOrEqualTo(offset);
                    offset = token.getTextOffset();
                    assertThat(token.getAlternativesList())
                            .hasSize(3)
                            .allSatisfy(alternative ->
                                    assertThat(alternative.getTokenBytes()).isNotEmpty());
                    bytes.writeBytes(token.getTokenBytes().toByteArray());
                }
            }
            // This tokenizer has a token for each byte, and these weights choose them at random.
            assertThat(bytes.size()).isGreaterThanOrEqualTo(40);
            assertThat(offset).isPositive().isLessThan(40);
        }
    }
}
