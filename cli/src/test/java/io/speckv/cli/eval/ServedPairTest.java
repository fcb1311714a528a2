package io.speckv.cli.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.cli.FakeRouter;
import io.speckv.cli.options.ConnectionArguments;
import io.speckv.cli.options.WrongInputException;
import io.speckv.evals.MethodOverrides;
import io.speckv.evals.Setting;
import io.speckv.proto.v1.DescribeResponse;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.proto.v1.ServedModel;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class ServedPairTest {
    private static final Path MODELS =
            Path.of(System.getProperty("speckv.golden")).resolveSibling("models");
    private static final Path FOLDER = MODELS.resolve("speckv-tiny-target");
    private static final MethodOverrides DEFAULTS = new MethodOverrides(Map.of());

    @Command(name = "asks")
    private static final class Asks {
        @Mixin
        ConnectionArguments connection = new ConnectionArguments();
    }

    private interface Asked {
        void of(ServedPair pair) throws IOException;
    }

    private static ModelDescription model(String name, int longestPrompt) {
        try (Tokenizer tokenizer = Tokenizer.open(FOLDER)) {
            return ModelDescription.newBuilder()
                    .setName(name)
                    .setFamily("llama")
                    .setDtype("bf16")
                    .setTokenizerFingerprint(tokenizer.fingerprint())
                    .setMaxPromptTokenCount(longestPrompt)
                    .setMaxNewTokenCount(100)
                    .build();
        }
    }

    /** A router with the targets "big", also called "house", and "huge", and the draft "small". */
    private static DescribeResponse.Builder served() {
        return ServedMethodsTest.offeringAll().toBuilder()
                .clearDrafts()
                .addDrafts(model("small", 3000))
                .addTargets(model("big", 4000))
                .addTargets(model("huge", 2000))
                .addModels(ServedModel.newBuilder().setName("big").addAliases("house"))
                .addModels(ServedModel.newBuilder().setName("huge"))
                .setDefaultModel("big");
    }

    private static void with(DescribeResponse served, List<String> options, Path folder, Asked asked)
            throws IOException {
        ConnectionArguments connection =
                CommandLine.populateCommand(new Asks(), options.toArray(new String[0])).connection;
        try (FakeRouter router = FakeRouter.describing(served);
                ServedPair pair = ServedPair.open(
                        router.address(), connection, folder, DEFAULTS, List.of(new Setting("speckv", 64)))) {
            asked.of(pair);
        }
    }

    private static void with(DescribeResponse.Builder served, Asked asked) throws IOException {
        with(served.build(), List.of(), FOLDER, asked);
    }

    private static String targetOf(String... options) throws IOException {
        StringBuilder name = new StringBuilder();
        with(
                served().build(),
                List.of(options),
                FOLDER,
                pair -> name.append(pair.target().getName()));
        return name.toString();
    }

    @Test
    void theTargetIsTheDefaultOneOrTheOneThatIsNamedByEitherName() throws IOException {
        assertThat(targetOf()).isEqualTo("big");
        assertThat(targetOf("--model", "huge")).isEqualTo("huge");
        assertThat(targetOf("--model", "house")).isEqualTo("big");
    }

    @Test
    void aTargetThatIsNotThereIsNamedBesideThoseThatAre() {
        assertThatThrownBy(() -> targetOf("--model", "tiny"))
                .isInstanceOf(WrongInputException.class)
                .hasMessageContaining(" has no target 'tiny' now; it has big, huge; './speckv describe --router 127");
        DescribeResponse none = served().clearTargets().clearDefaultModel().build();
        assertThatThrownBy(() -> with(none, List.of(), FOLDER, pair -> {}))
                .isInstanceOf(WrongInputException.class)
                .hasMessageContaining(" has no target yet; it has none; ");
    }

    @Test
    void promptsAreCountedInTheTargetsTokensOnly() {
        Path other = Path.of(System.getProperty("speckv.golden")).resolve("models/llama-target");

        assertThatThrownBy(() -> with(served().build(), List.of(), other, pair -> {}))
                .isInstanceOf(WrongInputException.class)
                .hasMessageStartingWith("--target " + other + " has another tokenizer than big at 127.0.0.1:");
    }

    @Test
    void theTargetReadsItsOwnLengthAndBothTheShorterOne() throws IOException {
        with(served(), pair -> {
            assertThat(pair.longestPromptOfTarget(1)).isEqualTo(4000);
            assertThat(pair.longestPromptOfTarget(100)).isEqualTo(3901);
            assertThat(pair.longestPrompt(100)).isEqualTo(3000);
        });
        with(
                served().addDrafts(model("smaller", 500)),
                pair -> assertThat(pair.longestPrompt(100)).isEqualTo(500));
        with(
                ServedMethodsTest.offeringAll().toBuilder()
                        .addTargets(model("big", 4000))
                        .setDefaultModel("big")
                        .clearDrafts()
                        .addDrafts(model("wide", 9000)),
                pair -> assertThat(pair.longestPrompt(100)).isEqualTo(3901));
    }

    @Test
    void anAnswerLongerThanTheTargetGivesIsRefused() throws IOException {
        with(
                served(),
                pair -> assertThatThrownBy(() -> pair.longestPrompt(101))
                        .isInstanceOf(WrongInputException.class)
                        .hasMessageMatching(
                                "an answer of 101 tokens is asked for; big at 127\\.0\\.0\\.1:\\d+ gives up to 100"));
    }

    @Test
    void anAnswerThatLeavesNoRoomForAPromptIsToldHowLongItMayBe() throws IOException {
        with(
                served().clearTargets().addTargets(model("big", 40)),
                pair -> assertThatThrownBy(() -> pair.requireRoomBeside(90))
                        .isInstanceOf(WrongInputException.class)
                        .hasMessageStartingWith("--max-new-tokens is 90; it must be at most 39, so that "));
    }

    @Test
    void readersAreToldWhoAnswered() throws IOException {
        with(
                served().addDrafts(model("small", 3000)).addDrafts(model("other", 3000)),
                pair -> assertThat(pair.names())
                        .isEqualTo("target big, draft small, other, served at " + pair.address()));
    }

    @Test
    void theSameModelsAreTheSamePairInWhateverOrderTheyAreListed() throws IOException {
        ModelDescription a = model("a", 3000);
        ModelDescription b = model("b", 3000);
        with(
                served().clearDrafts().addDrafts(a).addDrafts(b),
                first -> with(
                        served().clearDrafts().addDrafts(b).addDrafts(a).addDrafts(b),
                        second -> assertThat(second.identity()).isEqualTo(first.identity())));
        with(
                served().clearDrafts().addDrafts(a),
                first -> with(
                        served().clearDrafts().addDrafts(b),
                        second -> assertThat(second.identity()).isNotEqualTo(first.identity())));
    }

    @Test
    void aModelOfTheSameNameWithOtherWeightsIsAnotherPair() throws IOException {
        ModelDescription before =
                model("big", 4000).toBuilder().setWeightsFingerprint("aa").build();
        ModelDescription after = before.toBuilder().setWeightsFingerprint("ab").build();
        with(
                served().clearTargets().addTargets(before),
                first -> with(
                        served().clearTargets().addTargets(after),
                        second -> assertThat(second.identity()).isNotEqualTo(first.identity())));
        with(
                served().clearDrafts().addDrafts(before),
                first -> with(
                        served().clearDrafts().addDrafts(after),
                        second -> assertThat(second.identity()).isNotEqualTo(first.identity())));
    }
}
