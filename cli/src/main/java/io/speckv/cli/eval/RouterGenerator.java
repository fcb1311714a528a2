package io.speckv.cli.eval;

import io.speckv.evals.EvalPrompt;
import io.speckv.evals.Generator;
import io.speckv.evals.PromptTokenizer;
import io.speckv.evals.Setting;
import io.speckv.proto.v1.Chat;
import io.speckv.proto.v1.ChatMessage;
import io.speckv.proto.v1.Prompt;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
        int[] tokens = prompts.of(request.prompt());
        Prompt prompt = request.prompt() instanceof EvalPrompt.Chat chat ? wire(chat) : RouterAnswers.prompt(tokens);
        List<Generated> generated = new ArrayList<>();
        for (Setting setting : request.settings()) {
            RouterAnswers.Answer answer = answers.ask(prompt, setting, request.maxNewTokens(), OptionalInt.empty());
            generated.add(new Generated(
                    answer.text(),
                    tokens.length,
                    answer.finished().getUsage().getGeneratedTokenCount(),
                    answer.firstTokenMillis(),
                    answer.totalMillis(),
                    answer.kvBytes()));
        }
        return generated;
    }

    /** Sends the chat itself and not its tokens, so that the router knows the origin of each token. */
    private static Prompt wire(EvalPrompt.Chat chat) {
        Chat.Builder wire = Chat.newBuilder().setContinueFinalMessage(chat.continuesLast());
        chat.messages()
                .forEach(message -> wire.addMessages(ChatMessage.newBuilder()
                        .setRole(message.role())
                        .setContent(Objects.requireNonNullElse(message.content(), ""))));
        return Prompt.newBuilder().setChat(wire).build();
    }

    @Override
    public boolean sharesWork() {
        return false;
    }
}
