package io.speckv.cli;

import io.speckv.engine.GoldenRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Three processes answer what one does: the same arguments to {@code generate} and to {@code run}, the same tokens. */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SeparateProcessesTest {
    private static final GoldenRun RUN = GoldenRun.all().get(0);

    private final ProcessTrio trio;
    private final AnswerHereAndThere answers;

    SeparateProcessesTest(@TempDir Path folder) throws IOException, InterruptedException {
        answers = new AnswerHereAndThere(RUN, folder);
        trio = ProcessTrio.start(RUN, ProcessTrio.Builds.THIS, folder);
    }

    @AfterAll
    void stop() throws InterruptedException {
        trio.stop();
    }

    static Stream<List<String>> methods() {
        return AnswerHereAndThere.methods();
    }

    @ParameterizedTest
    @MethodSource("methods")
    void answerAsTheRunCommandDoes(List<String> method) throws IOException {
        answers.assertAlike(method, trio.router());
    }
}
