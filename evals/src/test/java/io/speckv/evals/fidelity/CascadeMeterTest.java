package io.speckv.evals.fidelity;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.engine.YieldPoint;
import io.speckv.engine.generate.Cascade;
import io.speckv.engine.generate.CascadeSweep;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.evals.MethodOverrides;
import io.speckv.evals.Setting;
import io.speckv.evals.TinyPair;
import io.speckv.evals.ruler.Ruler;
import io.speckv.evals.ruler.RulerTask;
import io.speckv.evals.words.HaystackText;
import io.speckv.evals.words.WordList;
import io.speckv.selection.align.TokenBridge;
import io.speckv.selection.prompt.PromptText;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The bundled pair on a needle of several values, which methods find or lose. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CascadeMeterTest {
    private static final int NEW_TOKENS = 24;
    private static final MethodOverrides METHODS = new MethodOverrides(Map.of());
    private static final List<Setting> SETTINGS = Setting.grid(
            List.of("full", "specpc", "speckv", "speckv-pc", "snapkv", "h2o", "streaming", "laq++"), List.of(96, 4096));

    private final Tokenizer tokenizer = TinyPair.tokenizer();
    private final DecoderModel target = TinyPair.target();
    private final DecoderModel draft = TinyPair.draft();

    @AfterAll
    void close() {
        draft.close();
        target.close();
        tokenizer.close();
    }

    private int[] needle() {
        return needle(RulerTask.NIAH_MULTIVALUE);
    }

    private int[] needle(RulerTask task) {
        WordList words = WordList.bundled();
        Ruler ruler = new Ruler(
                text -> tokenizer.encode(text, SpecialTokens.EXCLUDED).ids().length,
                words,
                HaystackText.generated(words, 1));
        return tokenizer
                .encode(ruler.samples(task, 512, 5, 1).get(0).prompt(), SpecialTokens.INCLUDED)
                .ids();
    }

    private List<AnswerMeter.Measured> measured(int[] prompt) {
        return measured(prompt, SETTINGS);
    }

    private List<AnswerMeter.Measured> measured(int[] prompt, List<Setting> settings) {
        return new CascadeMeter(target, draft, TokenBridge::shared, (tokens, policy) -> PromptText.NONE, null, METHODS)
                .measure(prompt, settings, NEW_TOKENS);
    }

    private List<int[]> written(int[] prompt) {
        List<Cascade.Request> requests = SETTINGS.stream()
                .map(setting -> Cascade.Request.of(
                        prompt,
                        METHODS.method(setting),
                        NEW_TOKENS,
                        target.checkpoint().endTokens()))
                .toList();
        return new CascadeSweep(target, draft)
                .run(requests, YieldPoint.NONE).stream()
                        .map(Cascade.Result::output)
                        .toList();
    }

    @Test
    void readingTheFullAnswerTellsWhereTheMethodsOwnAnswerParts() {
        int[] prompt = needle();
        List<AnswerMeter.Measured> measured = measured(prompt);
        List<int[]> own = written(prompt);
        int[] full = own.get(0);
        int parted = 0;
        for (int i = 0; i < SETTINGS.size(); i++) {
            AnswerLoss loss = measured.get(i).loss();
            int mismatch = Arrays.mismatch(full, own.get(i));
            assertThat(loss.equalTokens())
                    .as(SETTINGS.get(i).toString())
                    .isEqualTo(mismatch < 0 ? loss.tokens() : mismatch);
            parted += loss.equal() ? 0 : 1;
        }
        assertThat(parted).isBetween(1, SETTINGS.size() - 2);
    }

    @Test
    void whatStaysWholeLosesNothingAndWhatIsLostCosts() {
        List<AnswerMeter.Measured> measured = measured(needle());
        double full = measured.get(0).kvBytes();
        for (int i = 0; i < SETTINGS.size(); i++) {
            AnswerMeter.Measured of = measured.get(i);
            assertThat(of.loss().lost()).hasSize(of.loss().tokens());
            double divergence = of.loss().divergence().stream()
                    .mapToDouble(Double::doubleValue)
                    .sum();
            if (SETTINGS.get(i).budget() == 96) {
                assertThat(of.kvBytes()).isLessThan((long) full);
                assertThat(divergence).as(SETTINGS.get(i).toString()).isGreaterThan(1e-4);
            } else {
                assertThat(divergence).as(SETTINGS.get(i).toString()).isLessThan(1e-4);
                assertThat(of.loss().equal()).isTrue();
            }
            boolean drafts =
                    Set.of("speckv", "speckv-pc").contains(SETTINGS.get(i).method());
            if (SETTINGS.get(i).budget() == 96 && drafts) {
                assertThat(of.lookahead().tokens()).isEqualTo(NEW_TOKENS);
            }
            assertThat(of.lookahead().right()).isBetween(0, of.lookahead().tokens());
            assertThat(of.firstTokenMillis()).isPositive().isLessThanOrEqualTo(of.totalMillis());
        }
    }

    @Test
    void theDraftThatIsTheTargetIsRightToTheTokenThatEndsTheAnswer() {
        List<AnswerMeter.Measured> measured = new CascadeMeter(
                        target, target, TokenBridge::shared, (tokens, policy) -> PromptText.NONE, null, METHODS)
                .measure(
                        needle(RulerTask.NIAH_SINGLE_1),
                        Setting.grid(List.of("speckv", "corrected-speckv"), List.of(96)),
                        NEW_TOKENS);

        for (AnswerMeter.Measured of : measured) {
            assertThat(of.loss().tokens())
                    .as("the answer ends before its limit")
                    .isLessThan(NEW_TOKENS);
            assertThat(of.lookahead())
                    .isEqualTo(new AnswerMeter.Lookahead(
                            of.loss().tokens(), of.loss().tokens()));
        }
    }

    @Test
    void whatAMethodDraftsAndDoesNotVerifyIsNeitherRightNorWrong() {
        List<Setting> settings = Setting.grid(List.of("speckv", "speckv@paper"), List.of(96));
        List<AnswerMeter.Measured> measured = measured(needle(), settings);

        assertThat(measured.get(0).lookahead().tokens()).isEqualTo(NEW_TOKENS);
        assertThat(measured.get(1).lookahead()).isEqualTo(new AnswerMeter.Lookahead(0, 0));
    }
}
