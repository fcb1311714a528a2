package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.Chat;
import io.speckv.proto.v1.ChatMessage;
import io.speckv.proto.v1.Collapse;
import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.ExplainRequest;
import io.speckv.proto.v1.ExplainResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.ProtectedPart;
import io.speckv.proto.v1.ProtectedRange;
import io.speckv.proto.v1.Protection;
import io.speckv.proto.v1.ProtectionRule;
import io.speckv.proto.v1.StageSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What of a chat stays whatever its scores, and how {@code ProtectionFigures} tell it. A token is a character here; the
 * draft's scores rise towards the end.
 */
class ProtectionTest {
    private static final String SYSTEM = "Answer in upper case.";
    private static final String DOCUMENT = "a long document, ".repeat(20);
    private static final String QUESTION = "What is in it?";
    private static final int BUDGET = 200;
    private static final char DROPPED = '~';

    @TempDir
    Path folder;

    private static Prompt prompt() {
        return Prompt.newBuilder()
                .setChat(Chat.newBuilder()
                        .addMessages(message("system", SYSTEM))
                        .addMessages(message("user", DOCUMENT))
                        .addMessages(message("assistant", "I have read it."))
                        .addMessages(message("user", QUESTION)))
                .build();
    }

    private static ChatMessage message(String role, String content) {
        return ChatMessage.newBuilder().setRole(role).setContent(content).build();
    }

    private static GenerateRequest.Builder request() {
        return RouterRig.request("specpc").setPrompt(prompt()).setMethod(method(BUDGET));
    }

    static Method method(int budget) {
        return Method.newBuilder()
                .setName("specpc")
                .setSettings(StageSettings.newBuilder()
                        .setMaxCapacityPrompt(budget)
                        .setWindowSize(2)
                        .setKernelSize(1)
                        .setNeighborTokens(0))
                .build();
    }

    private RouterRig rig() {
        return RouterRig.start(ChatModels.flag(folder, ChatModels.WITH_TOOLS));
    }

    /** Returns the prompt as the target gets it, dropped tokens as one mark. */
    private static String kept(RouterRig rig, Consumer<Protection.Builder> protection) {
        GenerateRequest request = with(protection);
        ExplainResponse explained = rig.blocking()
                .explain(ExplainRequest.newBuilder()
                        .setPrompt(request.getPrompt())
                        .setMethod(request.getMethod())
                        .setProtection(request.getProtection())
                        .build());
        StringBuilder kept = new StringBuilder();
        for (int i = 0; i < explained.getKeptCount(); i++) {
            if (explained.getKept(i)) {
                kept.append(explained.getText().charAt(i));
            } else if (kept.isEmpty() || kept.charAt(kept.length() - 1) != DROPPED) {
                kept.append(DROPPED);
            }
        }
        return kept.toString();
    }

    private static GenerateRequest with(Consumer<Protection.Builder> protection) {
        GenerateRequest.Builder request = request();
        protection.accept(request.getProtectionBuilder());
        return request.build();
    }

    @Test
    void theStructureOfAChatStaysByDefault() {
        try (RouterRig rig = rig()) {
            assertThat(kept(rig, protection -> {}))
                    .startsWith("[system]" + SYSTEM + ";[user]~")
                    .endsWith(";[assistant]I have read it.;[user]" + QUESTION + ";[assistant]");
            CompressionReport report = rig.once(request().build()).getFinished().getCompression();
            assertThat(report.getProtectedPartsList().stream()
                            .map(ProtectedPart::getPart)
                            .toList())
                    .containsExactly("template", "system", "last_turn", "template");
            assertThat(report.getProtectedPartsList()).noneMatch(ProtectedPart::getCompressed);
            assertThat(report.getProtectedTokenCount())
                    .isEqualTo(report.getProtectedPartsList().stream()
                            .mapToInt(ProtectedPart::getTokenCount)
                            .sum());
        }
    }

    @Test
    void nothingStaysWhereThatIsAskedFor() {
        try (RouterRig rig = rig()) {
            Consumer<Protection.Builder> none = protection -> protection.setRule(ProtectionRule.PROTECTION_RULE_NONE);
            assertThat(kept(rig, none))
                    .as("the scores alone decide")
                    .startsWith("~")
                    .doesNotContain("Answer");
            GenerateRequest.Builder paper = request();
            paper.getMethodBuilder().setPreset("paper");
            assertThat(rig.once(paper.build()).getFinished().getCompression().getProtectedTokenCount())
                    .as("the paper protects nothing")
                    .isZero();
        }
        try (RouterRig rig = RouterRig.start("--tokenizer.target=" + folder, "--protection.rule=none")) {
            assertThat(rig.once(request().build())
                            .getFinished()
                            .getCompression()
                            .getProtectedTokenCount())
                    .isZero();
        }
    }

    @Test
    void messagesRolesAndRangesCanBeNamed() {
        try (RouterRig rig = rig()) {
            assertThat(kept(
                            rig,
                            protection -> protection
                                    .setRule(ProtectionRule.PROTECTION_RULE_NONE)
                                    .addRoles("system")))
                    .startsWith("~" + SYSTEM + "~");
            assertThat(kept(
                            rig,
                            protection -> protection
                                    .setRule(ProtectionRule.PROTECTION_RULE_NONE)
                                    .addMessages(0)))
                    .startsWith("~" + SYSTEM + "~");
            assertThat(kept(
                            rig,
                            protection -> protection
                                    .setRule(ProtectionRule.PROTECTION_RULE_NONE)
                                    .addRanges(ProtectedRange.newBuilder()
                                            .setStart(3)
                                            .setEnd(8))))
                    .startsWith("~stem]~");
        }
    }

    @Test
    void beyondItsShareTheLongestPartIsLeftToItsScores() {
        try (RouterRig rig = rig()) {
            GenerateRequest request = with(protection ->
                    protection.setRule(ProtectionRule.PROTECTION_RULE_STRUCTURE).addMessages(1));
            List<ProtectedPart> parts =
                    rig.once(request).getFinished().getCompression().getProtectedPartsList();
            assertThat(parts)
                    .filteredOn(ProtectedPart::getCompressed)
                    .singleElement()
                    .satisfies(part -> {
                        assertThat(part.getMessage()).isEqualTo(1);
                        assertThat(part.getTokenCount())
                                .isEqualTo(DOCUMENT.strip().length());
                    });
        }
    }

    @Test
    void theTargetLearnsWhatOfItIsProtected() {
        try (RouterRig rig = rig()) {
            rig.target.calls.clear();
            rig.otherTarget.calls.clear();
            rig.once(with(protection -> protection
                    .setRule(ProtectionRule.PROTECTION_RULE_NONE)
                    .addRanges(ProtectedRange.newBuilder().setStart(0).setEnd(3))));
            assertThat(rig.target.calls)
                    .singleElement()
                    .satisfies(call -> assertThat(call.start().getPrompt().getProtectedPlacesList())
                            .containsExactly(0, 1, 2));
        }
    }

    @Test
    void whatIsWrongIsNamed() {
        try (RouterRig rig = rig()) {
            assertRefused(rig, protection -> protection.setShare(1.5), "protection.share is 1.5");
            assertRefused(rig, protection -> protection.addMessages(4), "protection.messages[0] is 4");
            assertRefused(
                    rig,
                    protection -> protection.addRanges(
                            ProtectedRange.newBuilder().setStart(5).setEnd(5)),
                    "protection.ranges[0] is 5 to 5");
            RemoteFailure failure = rig.failure(RouterRig.request("specpc")
                    .setProtection(Protection.newBuilder().addRoles("system"))
                    .build());
            assertThat(failure.message()).contains("protection.roles needs a chat");
        }
    }

    private static void assertRefused(RouterRig rig, Consumer<Protection.Builder> protection, String message) {
        assertThat(rig.failure(with(protection)).message()).contains(message);
    }

    @Test
    void aChoiceThatLooksWrongIsTold() {
        try (RouterRig rig = rig()) {
            rig.draft.script = (request, observer) -> {
                observer.onNext(FakeDraft.scores(new float[request.getTokenIds().getIdsCount()]));
                int tokens = FakeDraft.lookaheadTokens(request);
                for (int i = 0; i < tokens; i++) {
                    observer.onNext(FakeDraft.lookahead(i, 10 + i));
                }
                observer.onNext(FakeDraft.summary(request.getTokenIds().getIdsCount(), tokens));
                observer.onCompleted();
            };
            assertThat(rig.once(request().build())
                            .getFinished()
                            .getCompression()
                            .getCollapse())
                    .isEqualTo(Collapse.COLLAPSE_FLAT_SCORES);
        }
    }
}
