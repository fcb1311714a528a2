package io.speckv.evals.longbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.speckv.evals.jsonl.JsonLine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every metric gives what LongBench's own code gives: its {@code metrics.py} with the Python packages that it uses scored some
 * hundred drawn answers ({@code golden/reference/make_longbench_scores.py}), with blanks, articles, signs and digits of all
 * kinds, and characters outside the basic plane.
 */
class PublishedScoresTest {
    private static Stream<JsonLine> scored(LongBenchMetric metric) throws IOException {
        return JsonLine.read(Path.of("src/test/testdata/longbench_scores.jsonl")).stream()
                .filter(line -> line.text("metric").equals(metric.name()));
    }

    @ParameterizedTest
    @EnumSource
    void aMetricScoresDrawnAnswersAsLongBenchDoes(LongBenchMetric metric) throws IOException {
        SoftAssertions all = new SoftAssertions();
        scored(metric).forEach(line -> {
            List<String> classes = line.object().has("classes") ? line.texts("classes") : List.of();
            all.assertThat(metric.score(line.text("prediction"), line.text("reference"), classes))
                    .as(line.object().toString())
                    .isCloseTo(line.object().path("score").doubleValue(), within(1e-12));
        });
        assertThat(scored(metric)).hasSizeGreaterThanOrEqualTo(30);
        all.assertAll();
    }
}
