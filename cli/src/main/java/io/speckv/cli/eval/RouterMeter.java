package io.speckv.cli.eval;

import io.speckv.evals.Setting;
import io.speckv.evals.fidelity.AnswerMeter;
import io.speckv.evals.fidelity.ReportedAnswer;
import io.speckv.evals.fidelity.ReportedPlace;
import io.speckv.proto.v1.AlternativeToken;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.LookaheadUsage;
import io.speckv.proto.v1.TokenLogprobs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Compares answers through a router with those of its full cache. Every method writes its own answer, so the log probabilities
 * are compared only as far as both answers are equal.
 */
final class RouterMeter implements AnswerMeter {
    private final RouterAnswers answers;
    private final OptionalInt logprobs;

    /** @param logprobs number of likeliest tokens to report at each place; empty if the target reports no probabilities */
    RouterMeter(RouterAnswers answers, OptionalInt logprobs) {
        this.answers = answers;
        this.logprobs = logprobs;
    }

    @Override
    public List<Measured> measure(int[] prompt, List<Setting> settings, int maxNewTokens) throws IOException {
        RouterAnswers.Answer full =
                answers.ask(RouterAnswers.prompt(prompt), Setting.fullCache(), maxNewTokens, logprobs);
        List<Measured> measured = new ArrayList<>();
        for (Setting setting : settings) {
            RouterAnswers.Answer answer = setting.keepsAll()
                    ? full
                    : answers.ask(RouterAnswers.prompt(prompt), setting, maxNewTokens, logprobs);
            measured.add(new Measured(
                    reported(full).loss(reported(answer)),
                    answers.verifiesLookahead(setting) ? lookahead(answer) : new Lookahead(0, 0),
                    answer.firstTokenMillis(),
                    answer.totalMillis(),
                    answer.kvBytes()));
        }
        return measured;
    }

    /**
     * The target counts only tokens that are part of the answer, and the one that ends it is not. A draft stops at such a token.
     * So where its whole lookahead became the answer but for one last token, and the model ended the answer there, that token
     * was right as well.
     */
    private static Lookahead lookahead(RouterAnswers.Answer answer) {
        LookaheadUsage usage = answer.finished().getCompression().getLookahead();
        int received = usage.getReceivedTokenCount();
        int accepted = usage.getAcceptedTokenCount();
        boolean foresawTheEnd = answer.finished().getFinishReason() == FinishReason.FINISH_REASON_END_OF_TEXT
                && accepted == answer.tokens().size()
                && received == accepted + 1
                && !usage.getArrivedLate();
        return new Lookahead(received, foresawTheEnd ? received : accepted);
    }

    private static ReportedAnswer reported(RouterAnswers.Answer answer) {
        List<ReportedPlace> places = new ArrayList<>();
        for (int i = 0; i < answer.tokens().size(); i++) {
            places.add(
                    i < answer.logprobs().size()
                            ? place(answer.tokens().get(i), answer.logprobs().get(i))
                            : new ReportedPlace(answer.tokens().get(i), Double.NaN, Map.of()));
        }
        return new ReportedAnswer(
                places, answer.finished().getFinishReason() != FinishReason.FINISH_REASON_MAX_NEW_TOKENS);
    }

    private static ReportedPlace place(int token, TokenLogprobs told) {
        Map<Integer, Double> likeliest = new HashMap<>();
        for (AlternativeToken alternative : told.getAlternativesList()) {
            likeliest.put(alternative.getTokenId(), (double) alternative.getLogprob());
        }
        return new ReportedPlace(token, told.getLogprob(), likeliest);
    }
}
