package io.speckv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.engine.GoldenRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** One prompt, answered by {@code run} in this process and by {@code generate} through services. */
final class AnswerHereAndThere {
    private static final List<String> BUDGET = List.of("--set", "max_capacity_prompt=40", "--set", "window_size=4");
    private static final List<String> LAYERS = List.of("--set", "starting_layer_index=0");

    private final GoldenRun run;
    private final Path prompt;

    AnswerHereAndThere(GoldenRun run, Path folder) throws IOException {
        this.run = run;
        this.prompt = Files.writeString(folder.resolve("prompt.json"), Arrays.toString(run.prompt()));
    }

    /** Every method by name, with settings that make it leave something of a golden prompt out. */
    static Stream<List<String>> methods() {
        return Stream.of(
                List.of("full"),
                with("specpc", BUDGET, LAYERS),
                with("speckv", BUDGET),
                with("ada-speckv", BUDGET),
                with("corrected-speckv", BUDGET),
                List.of(
                        "speckv-pc",
                        "--set",
                        "specpc.max_capacity_prompt=60",
                        "--set",
                        "specpc.window_size=8",
                        "--set",
                        "specpc.starting_layer_index=0",
                        "--set",
                        "speckv.max_capacity_prompt=30",
                        "--set",
                        "speckv.window_size=4"),
                with("snapkv", BUDGET),
                with("pyramidkv", BUDGET),
                with("ada-snapkv", BUDGET),
                List.of("h2o", "--set", "max_capacity_prompt=40", "--set", "recent_tokens=8"),
                List.of("tova", "--set", "max_capacity_prompt=40"),
                List.of("streaming", "--set", "max_capacity_prompt=40"),
                with("laq++", BUDGET),
                List.of("specprefill", "--set", "keep_rate=0.3"),
                List.of("truncate", "--set", "max_capacity_prompt=40"),
                with("random", BUDGET));
    }

    @SafeVarargs
    private static List<String> with(String name, List<String>... settings) {
        List<String> arguments = new ArrayList<>(List.of(name));
        for (List<String> more : settings) {
            arguments.addAll(more);
        }
        return arguments;
    }

    /** Asserts that both give the same tokens from as many kept ones, by the method that was asked for. */
    void assertAlike(List<String> method, String router) throws IOException {
        JsonNode here = json(
                method,
                "run",
                "--target",
                run.target().toString(),
                "--draft",
                run.draft().toString(),
                "--dtype",
                "fp32");
        JsonNode there = json(method, "generate", "--router", router);

        assertThat(there.path("answer").path("token_ids")).isEqualTo(here.get("output_ids"));
        JsonNode finished = there.path("finished");
        assertThat(finished.path("usage").path("kept_token_count").asInt())
                .isEqualTo(here.get("kept").size());
        assertThat(finished.path("compression").path("applied_method").asText()).isEqualTo(method.get(0));
    }

    private JsonNode json(List<String> method, String... command) throws IOException {
        List<String> arguments = new ArrayList<>(Arrays.asList(command));
        arguments.add("--method");
        arguments.addAll(method);
        arguments.addAll(
                List.of("--prompt-ids", prompt.toString(), "--max-new-tokens", "12", "--ignore-eos", "--json"));
        CommandRun answer = CommandRun.of(arguments.toArray(new String[0]));
        assertThat(answer.status()).as(answer.err()).isZero();
        return new ObjectMapper().readTree(answer.out());
    }
}
