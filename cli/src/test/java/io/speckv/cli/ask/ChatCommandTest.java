package io.speckv.cli.ask;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.StatusRuntimeException;
import io.speckv.cli.CommandRun;
import io.speckv.cli.FakeRouter;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.Failures;
import io.speckv.kit.failure.RequestException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** What {@link ChatCommand} does when something goes wrong; how it talks otherwise is in ClientCommandsTest. */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class ChatCommandTest {
    private static StatusRuntimeException full() {
        return Failures.encode(RequestException.of(FailureCode.QUEUE_FULL, "the queue is full"));
    }

    /** Returns the run of a chat whose streams are terminals as the launcher would say. */
    private static CommandRun chat(String terminal, FakeRouter router, String input, String... more) {
        List<String> all = new ArrayList<>(List.of("chat", "--router", router.address()));
        all.addAll(Arrays.asList(more));
        String before = System.getProperty("speckv.terminal", "");
        System.setProperty("speckv.terminal", terminal);
        try {
            return CommandRun.withInput(input, all.toArray(new String[0]));
        } finally {
            System.setProperty("speckv.terminal", before);
        }
    }

    @Test
    void theFirstFailureEndsAPipeWithItsStatus() {
        try (FakeRouter full = FakeRouter.failing(full())) {
            CommandRun run = chat("", full, "first\nsecond\n");

            assertThat(run.status()).isEqualTo(3);
            assertThat(full.asked()).hasSize(1);
            assertThat(run.err()).startsWith("speckv: RESOURCE_EXHAUSTED (QUEUE_FULL): the queue is full");
        }
    }

    @Test
    void aPersonMayTryAgainAndTheFailedTurnIsForgotten() {
        try (FakeRouter full = FakeRouter.failing(full())) {
            CommandRun run = chat("0", full, "first\nsecond\n", "--system", "be brief");

            assertThat(run.status()).isZero();
            assertThat(run.err()).containsSubsequence("speckv: RESOURCE_EXHAUSTED", "speckv: RESOURCE_EXHAUSTED");
            assertThat(full.asked()).hasSize(2);
            assertThat(full.asked().get(1).getPrompt().getChat().getMessagesList())
                    .extracting(message -> message.getRole() + ": " + message.getContent())
                    .containsExactly("system: be brief", "user: second");
        }
    }

    @Test
    void aPersonIsToldOfOptionsAndNotOfFields() {
        RequestException wrong = RequestException.invalidField("sampling.top_p", "is 2, must be at most 1");
        try (FakeRouter refusing = FakeRouter.failing(Failures.encode(wrong))) {
            assertThat(chat("0", refusing, "first\n").err()).contains("(FIELD_INVALID): --top-p is 2");
        }
    }

    @Test
    void aWrongOptionIsToldBeforeALineIsRead() {
        try (FakeRouter router = FakeRouter.answering()) {
            CommandRun run = chat("0", router, "first\n", "--protect", "all");

            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).startsWith("speckv: --protect is 'all'; write none or structure");
            assertThat(router.asked()).isEmpty();
        }
    }

    @Test
    void aTraceIsDrawnAfterEveryAnswer() {
        try (FakeRouter router = FakeRouter.answering()) {
            CommandRun run = chat("", router, "first\nsecond\n", "--trace");

            assertThat(run.out()).isEqualTo("one two\none two\n");
            assertThat(run.err()).containsSubsequence("(speckv-pc)", "target.decode", "(speckv-pc)", "target.decode");
        }
    }
}
