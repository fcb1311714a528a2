package io.speckv.router;

import io.grpc.stub.StreamObserver;
import io.speckv.proto.v1.AnalyseRequest;
import io.speckv.proto.v1.AnalyseResponse;
import io.speckv.proto.v1.Chat;
import io.speckv.proto.v1.ChatMessage;
import io.speckv.proto.v1.ExplainRequest;
import io.speckv.proto.v1.ExplainResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.Protection;
import io.speckv.proto.v1.StageSettings;
import io.speckv.proto.v1.TurnRule;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** A chat of several turns through a router. A token is a character here; the draft's scores are those of all that it read. */
abstract class ChatOfTurns {
    static final int BUDGET = 60;
    static final String SYSTEM = "Be brief.";
    static final String DOCUMENT = "A long document in which one thing or other is said. ".repeat(3);
    static final List<ChatMessage> TURNS = List.of(
            message("system", SYSTEM),
            message("user", DOCUMENT + "What is in it?"),
            message("assistant", "This and that."),
            message("user", "Is it so?"),
            message("assistant", "It is."),
            message("user", DOCUMENT + "And in this one?"),
            message("assistant", "The same."),
            message("user", DOCUMENT.toUpperCase(Locale.ROOT)));

    @TempDir
    Path folder;

    static ChatMessage message(String role, String content) {
        return ChatMessage.newBuilder().setRole(role).setContent(content).build();
    }

    static GenerateRequest.Builder request(int messages, TurnRule turns) {
        return RouterRig.request("specpc")
                .setPrompt(Prompt.newBuilder().setChat(Chat.newBuilder().addAllMessages(TURNS.subList(0, messages))))
                .setMethod(Method.newBuilder()
                        .setName("specpc")
                        .setSettings(StageSettings.newBuilder()
                                .setMaxCapacityPrompt(BUDGET)
                                .setWindowSize(2)
                                .setKernelSize(1)
                                .setNeighborTokens(0)))
                .setProtection(Protection.newBuilder().setTurns(turns));
    }

    final RouterRig rig(String... flags) {
        String model = ChatModels.flag(folder, ChatModels.WITH_TOOLS);
        RouterRig rig = RouterRig.start(
                Stream.concat(Stream.of(model), Stream.of(flags)).toArray(String[]::new));
        rig.draft.script = ChatOfTurns::scoresOfAllThatWasRead;
        rig.draft.requests.clear();
        return rig;
    }

    static void scoresOfAllThatWasRead(AnalyseRequest request, StreamObserver<AnalyseResponse> observer) {
        List<Integer> read = request.getTokenIds().getIdsList();
        Random random = new Random(read.hashCode());
        float[] scores = new float[read.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = random.nextFloat();
        }
        observer.onNext(FakeDraft.scores(scores));
        observer.onNext(FakeDraft.lookahead(0, 10));
        observer.onNext(FakeDraft.summary(scores.length, 1));
        observer.onCompleted();
    }

    /** What the target gets to read of the chat's first messages. */
    static String kept(RouterRig rig, int messages, TurnRule turns) {
        return kept(rig, request(messages, turns).build());
    }

    static ExplainResponse explained(RouterRig rig, GenerateRequest request) {
        return rig.blocking()
                .explain(ExplainRequest.newBuilder()
                        .setPrompt(request.getPrompt())
                        .setMethod(request.getMethod())
                        .setProtection(request.getProtection())
                        .build());
    }

    static String kept(RouterRig rig, GenerateRequest request) {
        ExplainResponse explained = explained(rig, request);
        StringBuilder kept = new StringBuilder();
        for (int i = 0; i < explained.getKeptCount(); i++) {
            kept.append(explained.getKept(i) ? explained.getText().substring(i, i + 1) : "");
        }
        return kept.toString();
    }
}
