package io.speckv.cli.ask;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.cli.client.RouterClient;
import io.speckv.cli.options.PromptArguments;
import io.speckv.cli.options.ReportArguments;
import io.speckv.cli.options.RouterArguments;
import io.speckv.proto.v1.TokenizeRequest;
import io.speckv.proto.v1.TokenizeResponse;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows how a text becomes tokens. */
@Command(
        name = "tokenize",
        mixinStandardHelpOptions = true,
        description = {
            "Turn a text into the tokens of a router's target model.",
            "One line a token: place, id, first code point, one past the last, text as JSON; tabs between."
        })
public final class TokenizeCommand implements Callable<Integer> {
    @Mixin
    RouterArguments router = new RouterArguments();

    @ArgGroup(exclusive = true, multiplicity = "1")
    PromptArguments prompt = new PromptArguments();

    @Option(names = "--chat", description = "the prompt is a user's message in the model's chat format")
    boolean chat;

    @Option(names = "--count", description = "print only the number of tokens")
    boolean count;

    @Option(names = "--json", description = "print the whole answer as one line of JSON, with the API's names")
    boolean json;

    @Override
    public Integer call() throws IOException {
        TokenizeRequest request = TokenizeRequest.newBuilder()
                .setModel(router.model())
                .setPrompt(chat ? Chats.ofUser(prompt.toProto()) : prompt.toProto())
                .build();
        try (RouterClient client = router.open()) {
            TokenizeResponse answer = client.tokenize(request);
            if (json) {
                new ReportArguments().json(answer);
            } else if (count) {
                System.out.println(answer.getTokens().getIdsCount());
            } else {
                print(answer);
            }
        }
        return 0;
    }

    private static void print(TokenizeResponse answer) throws IOException {
        int[] text = answer.getText().codePoints().toArray();
        ObjectMapper quoted = new ObjectMapper();
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < answer.getTokens().getIdsCount(); i++) {
            int start = answer.getSpans().getStarts(i);
            int end = answer.getSpans().getEnds(i);
            lines.append("%d\t%d\t%d\t%d\t%s%n"
                    .formatted(
                            i,
                            answer.getTokens().getIds(i),
                            start,
                            end,
                            quoted.writeValueAsString(new String(text, start, end - start))));
        }
        System.out.print(lines);
    }
}
