package io.speckv.cli.engines;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.speckv.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What RULER's needles score through services. */
final class RulerPoints {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private RulerPoints() {}

    /** Points from 0 to 100 by method and task. */
    static Map<String, Double> of(ServedTrio services, Path results) throws IOException {
        CommandRun run = CommandRun.of(
                "eval",
                "ruler",
                "--router=" + services.router(),
                "--target=" + BehindTheRouter.TARGET,
                "--methods=full,specpc",
                "--set=specpc.lookahead_tokens=48",
                "--tasks=niah_single_1,niah_multivalue",
                "--lengths=1k",
                "--budgets=256",
                "--samples=4",
                "--out=" + results);
        assertThat(run.status()).as(run.err()).isZero();
        Map<String, List<Double>> scores = new TreeMap<>();
        for (String line : Files.readAllLines(results.resolve("journal.jsonl"))) {
            JsonNode sample = JSON.readTree(line);
            scores.computeIfAbsent(
                            sample.at("/setting/method").asText() + " "
                                    + sample.path("task").asText(),
                            cell -> new ArrayList<>())
                    .add(sample.path("score").asDouble() * 100);
        }
        Map<String, Double> points = new TreeMap<>();
        scores.forEach((cell, all) -> points.put(
                cell, all.stream().mapToDouble(Double::doubleValue).average().orElseThrow()));
        return points;
    }
}
