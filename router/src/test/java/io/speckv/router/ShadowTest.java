package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.kit.telemetry.MetricsPage;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.router.run.Shadow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which answers a {@link Shadow} compares with the full cache's, what it tells of them, and what its failure costs. */
class ShadowTest {
    private final MetricsPage page = new MetricsPage();

    private RouterRig rig(String... flags) {
        return RouterRig.start(IntStream.range(0, flags.length + 1)
                .mapToObj(i -> i < flags.length ? flags[i] : page.flag())
                .toArray(String[]::new));
    }

    @Test
    void asksForTheFullCachesAnswerAfterTheClientHasItsOwn() throws Exception {
        try (RouterRig rig = rig("--shadow.sample-rate=1")) {
            // The rig's own first request.
            RouterRig.await(() -> metric("answers_total", "exact") >= 1, "nothing is compared");
            rig.target.calls.clear();

            rig.once(RouterRig.request("specpc").setRequestId("r").build());

            RouterRig.await(() -> metric("answers_total", "exact") >= 2, "nothing is compared");
            assertThat(rig.target.calls)
                    .extracting(call -> call.start().getRequestId())
                    .containsExactly("r", "r-shadow");
            assertThat(rig.target.calls)
                    .extracting(call -> call.start().getPrompt().getTokenIdsCount())
                    .containsExactly(10, 40);
            assertThat(rig.target.calls)
                    .extracting(call -> call.start().getMethod().getName())
                    .containsExactly("specpc", "full");
        }
    }

    @Test
    void saysHowFarTwoAnswersAgree() throws Exception {
        try (RouterRig rig = rig("--shadow.sample-rate=1")) {
            RouterRig.await(() -> metric("answers_total", "exact") >= 1, "nothing is compared");
            rig.target.script = (call, observer) -> {
                boolean shadow = call.start().getRequestId().endsWith("-shadow");
                List<Integer> tokens = shadow ? List.of(0, 1, 7, 3) : List.of(0, 1, 2, 3);
                for (int i = 0; i < tokens.size(); i++) {
                    observer.onNext(FakeTarget.delta(i, tokens.get(i)));
                }
                observer.onNext(FakeTarget.finished(call, 4));
                observer.onCompleted();
            };
            double agreed = metric("agreed_sum", "specpc");
            double rouge = metric("rouge_l_sum", "specpc");

            rig.once(RouterRig.request("specpc").build());

            RouterRig.await(() -> metric("answers_total", "differs") == 1, "nothing is compared");
            assertThat(metric("agreed_sum", "specpc") - agreed).isEqualTo(2);
            assertThat(metric("rouge_l_sum", "specpc") - rouge).isEqualTo(0.75);
        }
    }

    @Test
    void aTargetThatFailsTheShadowFailsNobody() throws Exception {
        try (RouterRig rig = rig("--shadow.sample-rate=1")) {
            rig.target.script = (call, observer) -> {
                if (call.start().getRequestId().endsWith("-shadow")) {
                    observer.onError(io.grpc.Status.INTERNAL.asRuntimeException());
                } else {
                    FakeTarget.answer(call, observer);
                }
            };
            assertThat(rig.once(RouterRig.request("specpc").build()).getAnswer().getTokenIdsCount())
                    .isEqualTo(4);
            RouterRig.await(() -> metric("answers_total", "failed") >= 1, "no failure is counted");
        }
    }

    /** Comparisons are for figures: they must not take the targets from those who wait for an answer. */
    @Test
    void moreThanAreWantedAtOnceAreSkippedAndCounted() {
        try (RouterRig rig = rig("--shadow.sample-rate=1", "--shadow.at-once=1")) {
            RouterRig.await(() -> metric("answers_total", "exact") >= 1, "nothing is compared");
            rig.target.script = (call, observer) -> {
                if (!call.start().getRequestId().endsWith("-shadow")) {
                    FakeTarget.answer(call, observer);
                }
            };
            rig.target.calls.clear();
            rig.once(RouterRig.request("specpc").setRequestId("first").build());
            RouterRig.await(() -> rig.target.calls.size() == 2, "the first answer is not compared");
            rig.once(RouterRig.request("specpc").setRequestId("second").build());

            RouterRig.await(() -> metric("answers_total", "skipped") == 1, "no comparison is skipped");
            assertThat(rig.target.calls)
                    .extracting(call -> call.start().getRequestId())
                    .containsExactly("first", "first-shadow", "second");
        }
    }

    @Test
    void leavesOutWhatCannotBeCompared() throws Exception {
        try (RouterRig rig = rig("--shadow.sample-rate=1")) {
            RouterRig.await(() -> metric("answers_total", "exact") >= 1, "nothing is compared");
            GenerateRequest.Builder drawn = RouterRig.request("specpc");
            drawn.getSamplingBuilder().setTemperature(0.7f);
            GenerateRequest.Builder seeded = RouterRig.request("specpc").setRequestId("seeded");
            seeded.getSamplingBuilder().setTemperature(0.7f).setSeed(3);
            rig.target.calls.clear();

            rig.once(drawn.build());
            rig.once(RouterRig.request("full").build());
            rig.once(seeded.build());

            RouterRig.await(() -> rig.target.calls.size() == 4, "the seeded answer is not compared");
            assertThat(rig.target.calls)
                    .extracting(call -> call.start().getRequestId())
                    .filteredOn(id -> id.endsWith("-shadow"))
                    .containsExactly("seeded-shadow");
        }
    }

    /** Targets apply what stands in the model's folder to what a request leaves unset. */
    @Test
    void anAnswerThatTheModelsOwnSettingsDrawIsNotCompared(@TempDir Path folder) throws Exception {
        try (Stream<Path> files = Files.list(RouterRig.MODEL)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.writeString(folder.resolve("generation_config.json"), "{\"do_sample\": true, \"temperature\": 0.7}");
        try (RouterRig rig = rig("--shadow.sample-rate=1", "--tokenizer.target=" + folder)) {
            GenerateRequest.Builder greedy = RouterRig.request("specpc").setRequestId("greedy");
            greedy.getSamplingBuilder().setTemperature(0);
            rig.target.calls.clear();

            rig.once(RouterRig.request("specpc").build());
            rig.once(greedy.build());

            RouterRig.await(() -> metric("answers_total", "exact") >= 1, "nothing is compared");
            assertThat(rig.target.calls)
                    .extracting(call -> call.start().getRequestId())
                    .filteredOn(id -> id.endsWith("-shadow"))
                    .containsExactly("greedy-shadow");
        }
    }

    /** The sum of a metric's samples that have {@code label} among their labels' values. */
    private double metric(String name, String label) {
        return page.samples("speckv_shadow_" + name, label).stream()
                .mapToDouble(Double::doubleValue)
                .sum();
    }
}
