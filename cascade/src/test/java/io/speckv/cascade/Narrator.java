package io.speckv.cascade;

import io.speckv.selection.method.DraftWork;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Tells effects in words instead of performing them. */
final class Narrator implements CascadeDriver {
    private final List<String> lines = new ArrayList<>();

    List<String> lines() {
        return lines;
    }

    private void say(String line) {
        lines.add(line.stripTrailing());
    }

    @Override
    public void askDraft(Effect.AskDraft effect) {
        DraftWork work = effect.work();
        List<String> wanted = new ArrayList<>();
        if (work.classified()) {
            wanted.add("a classifier's scores");
        }
        if (work.scoring() != null) {
            wanted.add("scores");
        }
        if (work.lookaheadTokens() > 0) {
            wanted.add(work.lookaheadTokens() + " lookahead tokens");
        }
        DraftPrompt reads = effect.reads();
        String what = reads.isWhole() ? "" : ", reading tokens " + numbers(reads.tokens());
        say("ask the draft for " + String.join(" and ", wanted) + what);
    }

    @Override
    public void askNgrams(Effect.AskNgrams effect) {
        say("guess at most " + effect.mostTokens() + " lookahead tokens from the prompt's n-grams");
    }

    @Override
    public void fallBack(Effect.FallBack effect) {
        say("fall back on " + effect.method().name() + ", as the draft is lost: " + effect.why());
    }

    @Override
    public void askTarget(Effect.AskTarget effect) {
        say("ask the target: " + told(effect.choice()) + lookahead(effect.lookahead()));
    }

    private static String told(Choice choice) {
        KeptPrompt prompt = choice.prompt();
        String tokens = prompt.isShortened()
                ? "tokens " + numbers(prompt.tokens()) + " of " + prompt.originalTokens()
                : "all " + prompt.size() + " tokens";
        String positions = prompt.isShortened() && prompt.atOriginalPositions() ? " at their old positions" : "";
        String scores = prompt.scores().length == 0 ? "" : ", with their scores";
        String why = choice.adapted() == null ? "" : " (" + choice.adapted() + ")";
        return choice.method().name() + why + " over " + tokens + positions + scores;
    }

    private static String lookahead(int[] tokens) {
        return tokens.length == 0 ? "" : ", lookahead " + numbers(tokens);
    }

    @Override
    public void sendLookahead(Effect.SendLookahead effect) {
        say("send the target lookahead " + numbers(effect.tokens()) + " after " + effect.firstIndex() + " others");
    }

    @Override
    public void complete() {
        say("tell the target that the lookahead is complete");
    }

    @Override
    public void cancelDraft() {
        say("stop the draft");
    }

    @Override
    public void cancelTarget() {
        say("stop the target");
    }

    @Override
    public void begin(Effect.Begin effect) {
        say("begin the reply");
    }

    @Override
    public void reply(Effect.Reply effect) {
        say("reply " + numbers(((Transcript.Words) effect.piece()).tokens()));
    }

    @Override
    public void takeMore(Effect.TakeMore effect) {
        say("take " + effect.pieces() + " more pieces from the target");
    }

    @Override
    public void finish(Effect.Finish effect) {
        DraftLoss lost = effect.choice().lost();
        say("end the reply well: " + effect.choice().method().name() + ", " + effect.generatedTokens() + " tokens"
                + (lost == null ? "" : ", without the draft: " + lost));
    }

    @Override
    public void explain(Effect.Explain effect) {
        say("explain: " + told(effect.choice()) + lookahead(effect.lookahead()) + "; "
                + (effect.scores().length == 0 ? "no scores" : "scores " + Arrays.toString(effect.scores())));
    }

    @Override
    public void fail(Effect.Fail effect) {
        say("fail: " + why(effect.failure()));
    }

    private static String why(Failure failure) {
        if (failure instanceof Failure.WithoutDraft lost) {
            return "no draft, " + lost.why() + ": " + lost.message();
        }
        if (failure instanceof Failure.PromptTooLong tooLong) {
            return "of " + tooLong.promptTokens() + " tokens " + tooLong.keptTokens() + " are kept, the target reads "
                    + tooLong.most();
        }
        if (failure instanceof Failure.NeedsDraft needs) {
            return "no draft, " + needs.why() + ", and without one the prompt " + needs.limit();
        }
        if (failure instanceof Failure.TargetFailed target) {
            return "the target failed after " + target.generatedTokens() + " tokens: "
                    + target.cause().getMessage();
        }
        if (failure instanceof Failure.NoCacheStage stage) {
            return stage.method() + " is a cache stage alone, the target has none";
        }
        return String.valueOf(((Failure.Refused) failure).cause().getMessage());
    }

    @Override
    public void release() {
        say("give the place in the queue back");
    }

    private static String numbers(int[] tokens) {
        return Arrays.stream(tokens).mapToObj(Integer::toString).collect(Collectors.joining(" "));
    }
}
