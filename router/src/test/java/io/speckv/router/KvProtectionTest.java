package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.kit.failure.RemoteFailure;
import io.speckv.kit.wire.Structs;
import io.speckv.proto.v1.Chat;
import io.speckv.proto.v1.ChatMessage;
import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.ProtectedRange;
import io.speckv.proto.v1.Protection;
import io.speckv.proto.v1.ProtectionRule;
import io.speckv.proto.v1.StageSettings;
import io.speckv.proto.v1.TurnRule;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a chat keeps its KV pairs, where the target drops some of them. A token is a character here. */
class KvProtectionTest {
    private static final String SYSTEM = "Answer in upper case.";
    private static final String QUESTION = "What is in it?";

    @TempDir
    Path folder;

    private static ChatMessage message(String role, String content) {
        return ChatMessage.newBuilder().setRole(role).setContent(content).build();
    }

    private RouterRig rig() {
        return RouterRig.start(ChatModels.flag(folder, ChatModels.WITH_TOOLS));
    }

    /** A chat of which the whole reaches the target, whose heads keep some tokens less. */
    private static GenerateRequest.Builder ofKeys(String method) {
        Chat.Builder chat = Chat.newBuilder()
                .addMessages(message("system", SYSTEM))
                .addMessages(message("user", "a document, ".repeat(6)))
                .addMessages(message("assistant", "I have read it."))
                .addMessages(message("user", QUESTION));
        return RouterRig.request(method)
                .setPrompt(Prompt.newBuilder().setChat(chat))
                .setMethod(Method.newBuilder()
                        .setName(method)
                        .setExtraSettings(Structs.toProto(Map.of("max_capacity_prompt", 160))));
    }

    /** Returns the places that the target is told to protect. */
    private static List<Integer> protectedPlaces(
            RouterRig rig, String method, Consumer<Protection.Builder> protection) {
        rig.target.calls.clear();
        rig.otherTarget.calls.clear();
        GenerateRequest.Builder request = ofKeys(method);
        protection.accept(request.getProtectionBuilder());
        CompressionReport report = rig.once(request.build()).getFinished().getCompression();
        List<Integer> places = Stream.concat(rig.target.calls.stream(), rig.otherTarget.calls.stream())
                .flatMap(call -> call.start().getPrompt().getProtectedPlacesList().stream())
                .toList();
        assertThat(report.getProtectedTokenCount()).as(method).isEqualTo(places.size());
        return places;
    }

    @ParameterizedTest
    @ValueSource(strings = {"speckv", "snapkv", "streaming", "h2o", "tova", "ada-speckv", "corrected-speckv", "laq++"})
    void whatAMethodOfKvPairsAloneProtectsReachesTheTargetToo(String method) {
        try (RouterRig rig = rig()) {
            assertThat(protectedPlaces(rig, method, protection -> {}))
                    .as("the system message, and what of the structure fits beside it")
                    .startsWith(8, 9, 10)
                    .hasSizeGreaterThan(SYSTEM.length());
            assertThat(protectedPlaces(
                            rig,
                            method,
                            protection -> protection
                                    .setRule(ProtectionRule.PROTECTION_RULE_NONE)
                                    .addRanges(ProtectedRange.newBuilder()
                                            .setStart(3)
                                            .setEnd(8))))
                    .containsExactly(3, 4, 5, 6, 7);
            assertThat(protectedPlaces(
                            rig, method, protection -> protection.setRule(ProtectionRule.PROTECTION_RULE_NONE)))
                    .isEmpty();
        }
    }

    /** A head has one budget, however many turns share it. */
    @Test
    void turnsThatStayWholeProtectNoMoreKvPairsThanOneWould() {
        Chat.Builder chat = Chat.newBuilder();
        for (int i = 0; i < 5; i++) {
            chat.addMessages(message("user", "Is it " + i + "?")).addMessages(message("assistant", "No."));
        }
        chat.addMessages(message("user", QUESTION));
        int keys = 20;
        StageSettings tokens = StageSettings.newBuilder()
                .setMaxCapacityPrompt(60)
                .setWindowSize(2)
                .build();
        GenerateRequest.Builder request = RouterRig.request("speckv-pc")
                .setPrompt(Prompt.newBuilder().setChat(chat))
                .setMethod(Method.newBuilder()
                        .setName("speckv-pc")
                        .setSpecpc(tokens)
                        .setSpeckv(tokens.toBuilder().setMaxCapacityPrompt(keys)));
        request.getProtectionBuilder().setTurns(TurnRule.TURN_RULE_FROZEN);
        try (RouterRig rig = rig()) {
            CompressionReport report = rig.once(request.build()).getFinished().getCompression();

            assertThat(report.getProtectedPartsCount()).isGreaterThan(5);
            assertThat(report.getProtectedTokenCount()).isBetween(1, keys / 2);
        }
    }

    @Test
    void turnsStayFrozenByTokensThatAreDropped() {
        try (RouterRig rig = rig()) {
            GenerateRequest.Builder frozen = ofKeys("snapkv");
            frozen.getProtectionBuilder().setTurns(TurnRule.TURN_RULE_FROZEN);
            assertThat(rig.failure(frozen.build()).message())
                    .contains("protection.turns is frozen, but snapkv drops KV pairs and no tokens")
                    .contains("speckv-pc");
            RemoteFailure plain = rig.failure(RouterRig.request("specpc")
                    .setProtection(Protection.newBuilder().setTurns(TurnRule.TURN_RULE_FROZEN))
                    .build());
            assertThat(plain.message()).contains("protection.turns needs a chat");
        }
    }
}
