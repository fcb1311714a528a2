package io.speckv.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.speckv.engine.GoldenRun;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A roll-out from its first process to its last: services of an older build beside those of this one give the answers that
 * this build gives alone. {@code deploy/skew/test} makes the older build.
 */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class VersionSkewTest {
    private static final GoldenRun RUN = GoldenRun.all().get(0);

    @TempDir
    Path folder;

    @BeforeAll
    static void olderBuildIsThere() {
        assumeTrue(
                System.getProperty("speckv.older") != null,
                "this machine has no older build: deploy/skew/test makes one");
    }

    private static String build(String age) throws IOException {
        if (age.equals("new")) {
            return ServiceProcess.CLASS_PATH;
        }
        Path older = Path.of(Objects.requireNonNull(System.getProperty("speckv.older")));
        try (Stream<Path> jars = Files.list(older)) {
            return jars.map(Path::toString).sorted().collect(Collectors.joining(File.pathSeparator));
        }
    }

    @ParameterizedTest(name = "draft {0}, target {1}, router {2}")
    @CsvSource({"old, old, new", "old, new, old", "new, old, old", "new, new, old", "new, old, new", "old, new, new"})
    void everyMethodAnswersAsThisBuildAlone(String draft, String target, String router) throws Exception {
        ProcessTrio.Builds builds = new ProcessTrio.Builds(build(draft), build(target), build(router));
        AnswerHereAndThere answers = new AnswerHereAndThere(RUN, folder);
        ProcessTrio trio = ProcessTrio.start(RUN, builds, folder);
        try {
            List<List<String>> methods = AnswerHereAndThere.methods().toList();
            assertThat(methods).allSatisfy(method -> answers.assertAlike(method, trio.router()));
        } finally {
            trio.stop();
        }
    }
}
