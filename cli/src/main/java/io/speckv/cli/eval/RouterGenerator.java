package io.speckv.cli.eval;

import io.speckv.evals.Generator;
import io.speckv.evals.PromptTokenizer;
import io.speckv.evals.Setting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Answers greedily through a router. */
final class RouterGenerator implements Generator {
    private final RouterAnswers answers;
    private final PromptTokenizer prompts;

    /** @param prompts in the tokens of the router's target */
    RouterGenerator(RouterAnswers answers, PromptTokenizer prompts) {
        this.answers = answers;
        this.prompts = prompts;
    }

    @Override
    public List<Generated> generate(Request request) throws IOException {
        int[] prompt = prompts.of(request.prompt(), request.chat());
        List<Generated> generated = new ArrayList<>();
        for (Setting setting : request.settings()) {
            RouterAnswers.Answer answer = answers.ask(prompt, setting, request.maxNewTokens(), OptionalInt.empty());
            generated.add(new Generated(
                    answer.text(),
                    prompt.length,
                    answer.finished().getUsage().getGeneratedTokenCount(),
                    answer.firstTokenMillis(),
                    answer.totalMillis(),
                    answer.kvBytes()));
        }
        return generated;
    }

    @Override
    public boolean sharesWork() {
        return false;
    }
}
