package io.speckv.cli.ask;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.speckv.cli.CommandRun;
import io.speckv.cli.FakeRouter;
import io.speckv.cli.client.AnswerPrinter;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.Failures;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.wire.MethodSettings;
import io.speckv.proto.v1.ChatMessage;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.ProtectionRule;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.TurnRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands that ask a router, against one whose answers are known; {@link AnswerPrinter} ends a partial answer's line. */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientCommandsTest {
    private final FakeRouter router = FakeRouter.answering();

    @AfterAll
    void stop() {
        router.close();
    }

    private GenerateRequest lastAsked() {
        return router.asked().get(router.asked().size() - 1);
    }

    @Test
    void generatePutsTheTextOnOneStreamAndTheFiguresOnTheOther() {
        CommandRun run = CommandRun.of("generate", "--router", router.address(), "--prompt", "hello");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).isEqualTo("one two\n");
        assertThat(run.err())
                .contains("20 of 200 prompt tokens read", "first token after 0.05 s", "2 tokens", "(speckv-pc)")
                .doesNotContain("waiting");
        assertThat(lastAsked().getPrompt().getText()).isEqualTo("hello");
    }

    @Test
    void whatIsNotSaidIsLeftToTheRouter() {
        CommandRun.of("generate", "--router", router.address(), "--prompt", "x", "--max-new-tokens", "5");

        assertThat(lastAsked().getMethod()).isEqualTo(Method.getDefaultInstance());
        assertThat(lastAsked().getSampling())
                .isEqualTo(SamplingSettings.newBuilder().setMaxNewTokens(5).build());
    }

    @Test
    void settingsReachTheBlockTheyNameAndTheFileUnderThem(@TempDir Path folder) throws IOException {
        Path config = folder.resolve("cascade.yaml");
        Files.writeString(config, "specpc:\n  window_size: 4\n  kernel_size: 3\nsecond_stage: blend\n");
        CommandRun run = CommandRun.of(
                "generate",
                "--router",
                router.address(),
                "--prompt",
                "x",
                "--method",
                "speckv-pc",
                "--config",
                config.toString(),
                "--set",
                "specpc.window_size=8",
                "--set",
                "blend_weight=0.25");

        assertThat(run.status()).as(run.err()).isZero();
        Method method = lastAsked().getMethod();
        assertThat(MethodSettings.toMap(method))
                .containsEntry("specpc", Map.of("window_size", 8, "kernel_size", 3))
                .containsEntry("second_stage", "blend")
                .containsEntry("blend_weight", 0.25);
    }

    @Test
    void jsonIsOneLineWithTheNamesOfTheApi() {
        CommandRun run = CommandRun.of("generate", "--router", router.address(), "--prompt", "x", "--json");

        assertThat(run.out().lines()).hasSize(1);
        assertThat(run.out()).contains("\"kept_token_count\":20", "\"applied_method\":\"speckv-pc\"");
    }

    @Test
    void traceDrawsTheStagesWithinEightyColumns() {
        CommandRun run = CommandRun.of("generate", "--router", router.address(), "--prompt", "x", "--trace");

        assertThat(run.err()).contains("tokenize", "target.prefill", "target.decode", "####");
        assertThat(run.err().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void thePromptComesFromStandardInputForADash() {
        CommandRun.withInput("piped\n", "generate", "--router", router.address(), "--file", "-");

        assertThat(lastAsked().getPrompt().getText()).isEqualTo("piped\n");
    }

    @Test
    void chatInAPipeTakesALineATurnAndRemembersTheConversation() {
        CommandRun run =
                CommandRun.withInput("first\n\nsecond\n", "chat", "--router", router.address(), "--system", "be brief");

        assertThat(run.out()).isEqualTo("one two\none two\n");
        assertThat(run.err()).doesNotContain(">");
        assertThat(lastAsked().getPrompt().getChat().getMessagesList())
                .extracting(ChatMessage::getRole, ChatMessage::getContent)
                .map(Object::toString)
                .containsExactly(
                        "(\"system\", \"be brief\")",
                        "(\"user\", \"first\")",
                        "(\"assistant\", \"one two\")",
                        "(\"user\", \"second\")");
    }

    @Test
    void aChatSaysWhatOfItStays() {
        CommandRun.withInput(
                "first\n",
                "chat",
                "--router",
                router.address(),
                "--turns",
                "frozen",
                "--protect",
                "structure",
                "--recent-tokens",
                "300");
        assertThat(lastAsked().getProtection().getRecentTokens()).isEqualTo(300);
        assertThat(lastAsked().getProtection().getTurns()).isEqualTo(TurnRule.TURN_RULE_FROZEN);
        assertThat(lastAsked().getProtection().getRule()).isEqualTo(ProtectionRule.PROTECTION_RULE_STRUCTURE);

        CommandRun wrong = CommandRun.withInput("first\n", "chat", "--router", router.address(), "--turns", "frosen");
        assertThat(wrong.status()).isNotZero();
        assertThat(wrong.err()).contains("--turns is 'frosen'; write frozen or together");
    }

    @Test
    @ResourceLock(Resources.SYSTEM_PROPERTIES)
    void chatForgetsAndEndsWhenAPersonTellsItToAndTakesAllOfAPipeForTurns() {
        assertThat(chat("0").err())
                .startsWith("each line is a turn; /clear forgets the conversation, /exit or Ctrl-D ends it"
                        + System.lineSeparator() + "> ");
        assertThat(turns()).containsExactly("second");
        assertThat(chat("").err()).as("a pipe needs no hint").isEmpty();
        assertThat(turns()).containsExactly("first", "/clear", "second", "/exit", "last");
    }

    private CommandRun chat(String terminal) {
        String before = System.getProperty("speckv.terminal", "");
        System.setProperty("speckv.terminal", terminal);
        try {
            return CommandRun.withInput("first\n/clear\nsecond\n/exit\nlast\n", "chat", "--router", router.address());
        } finally {
            System.setProperty("speckv.terminal", before);
        }
    }

    /** Returns what a user said in a chat when its last question was asked. */
    private List<String> turns() {
        return lastAsked().getPrompt().getChat().getMessagesList().stream()
                .filter(message -> message.getRole().equals("user"))
                .map(ChatMessage::getContent)
                .toList();
    }

    @Test
    void tokenizeListsPlaceIdSpanAndText() {
        CommandRun run = CommandRun.of("tokenize", "--router", router.address(), "--prompt", "x");

        assertThat(run.out()).isEqualTo("0\t7\t0\t1\t\"a\"\n1\t300\t1\t2\t\"\ud83d\ude00\"\n2\t9\t2\t3\t\"\\n\"\n");
        assertThat(CommandRun.of("tokenize", "--router", router.address(), "--prompt", "x", "--count")
                        .out())
                .isEqualTo("3\n");
    }

    @Test
    void explainPrintsWhatIsKeptAndCountsWhatIsNot() {
        CommandRun run = CommandRun.of("explain", "--router", router.address(), "--prompt", "x");

        assertThat(run.out()).isEqualTo("keep[... 2 tokens dropped ...] keep\n");
        assertThat(run.err()).contains("specpc keeps 2 of 4 tokens");
    }

    @Test
    void describeFitsEightyColumns() {
        CommandRun run = CommandRun.of("describe", "--router", router.address());

        assertThat(run.out())
                .contains("big", "12.3 kB a token", "without a draft: snapkv", "(needs a")
                .contains("weights stored as gptq, 4 bits, groups of 128")
                .contains("\n  specpc            Keeps the prompt tokens", "\n  corrected-speckv  SpecKV, or LAQ++");
        assertThat(run.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void describeTellsEveryModelAndWhetherItCanBeAsked() {
        CommandRun run = CommandRun.of("describe", "--router", router.address());

        assertThat(run.out())
                .contains("model   big, also house (default)\n        ready; speckv-pc from 2048 tokens on\n")
                .contains("""
                    model   huge
                            not ready: no target can be reached; specpc from 0 tokens on
                            pool stable: weight 9, ready
                            pool canary: weight 1, not ready: no target can be reached
                    """);
    }

    @Test
    void aLocalDraftNeedsALocalTarget() {
        CommandRun run = CommandRun.of("generate", "--prompt", "x", "--draft", ".");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--draft", "--target");
    }

    @Test
    void plaintextDoesNotLeaveTheMachineUnasked() {
        CommandRun run = CommandRun.of("describe", "--router", "router.example:9000");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("router.example:9000", "tls", "allow-plaintext");
    }

    @Test
    void aRouterThatIsNotThereIsNamedWithAWayToStartOne() {
        CommandRun run = CommandRun.of("describe", "--router", "localhost:1");

        assertThat(run.status()).isEqualTo(4);
        assertThat(run.err())
                .contains("no router answers at localhost:1: nothing listens at its address", "./speckv up");
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(
                        Failures.encode(RequestException.invalidField("sampling.top_p", "is 2, must be at most 1")),
                        2,
                        List.of("INVALID_ARGUMENT (FIELD_INVALID)", "option: --top-p", "is 2")),
                Arguments.of(
                        Failures.encode(RequestException.of(FailureCode.QUEUE_FULL, "the queue is full")
                                .retryAfter(Duration.ofMillis(1500))),
                        3,
                        List.of("RESOURCE_EXHAUSTED (QUEUE_FULL)", "try again in 1.5 s")),
                Arguments.of(
                        Failures.encode(RequestException.of(FailureCode.TARGET_LOST, "the target went away")
                                .with("generated_tokens", 1)),
                        4,
                        List.of("TARGET_LOST", "generated_tokens: 1")),
                Arguments.of(
                        Failures.encode(RequestException.of(FailureCode.DEADLINE, "the deadline passed")),
                        5,
                        List.of("DEADLINE_EXCEEDED")),
                Arguments.of(
                        Failures.encode(RequestException.of(FailureCode.TOKEN_REJECTED, "not accepted")),
                        6,
                        List.of("UNAUTHENTICATED (TOKEN_REJECTED)")),
                Arguments.of(
                        Status.INTERNAL.withDescription("no details").asRuntimeException(), 1, List.of("no details")));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aFailureTellsItsReasonAndScriptsItsKind(RuntimeException failure, int status, List<String> told) {
        try (FakeRouter failing = FakeRouter.failing(failure)) {
            CommandRun run = CommandRun.of("generate", "--router", failing.address(), "--prompt", "x");

            assertThat(run.status()).isEqualTo(status);
            assertThat(run.err()).contains(told);
            assertThat(run.out()).as("a partial answer ends its line").isEqualTo("one\n");
        }
    }
}
