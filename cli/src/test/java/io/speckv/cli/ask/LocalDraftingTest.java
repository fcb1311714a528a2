package io.speckv.cli.ask;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.cli.CommandRun;
import io.speckv.engine.checkpoint.HeadTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** Drafting without a draft model, and the vocabulary of a cheaper one. */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class LocalDraftingTest {
    private static final Path MODELS =
            Path.of(System.getProperty("speckv.golden")).resolve("models");
    private static final String TARGET = MODELS.resolve("llama-target").toString();
    private static final String DRAFT = MODELS.resolve("llama-draft").toString();

    @TempDir
    Path folder;

    private Path text(String text) throws IOException {
        return Files.writeString(folder.resolve("text.txt"), text);
    }

    @Test
    void ngramsOfThePromptTakeTheDraftsPlace() throws IOException {
        CommandRun run = CommandRun.of(
                "run",
                "--target",
                TARGET,
                "--ngram-draft",
                "--method",
                "speckv",
                "--set",
                "max_capacity_prompt=12",
                "--set",
                "window_size=4",
                "--set",
                "lookahead_tokens=5",
                "--prompt",
                "the number is 4817263 and the number is",
                "--max-new-tokens",
                "8",
                "--ignore-eos",
                "--json");

        assertThat(run.status()).as(run.err()).isZero();
        JsonNode told = new ObjectMapper().readTree(run.out());
        JsonNode prompt = told.get("prompt_ids");
        JsonNode lookahead = told.get("lookahead");
        // The golden tokenizer knows bytes: what follows "is" is " 4817".
        assertThat(lookahead).hasSize(5);
        int start = prompt.size() - " and the number is".length() - "4817263".length() - 1;
        for (int i = 0; i < 5; i++) {
            assertThat(lookahead.get(i)).isEqualTo(prompt.get(start + i));
        }
        assertThat(told.get("output_ids")).hasSize(8);
    }

    @Test
    void ngramsScoreNothing() {
        CommandRun run = CommandRun.of(
                "run", "--target", TARGET, "--ngram-draft", "--method", "specpc", "--prompt", "x".repeat(2000));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("method specpc needs a draft model, as n-grams score nothing");
    }

    @Test
    void nGramsAndADraftExcludeEachOther() {
        CommandRun run = CommandRun.of("run", "--target", TARGET, "--ngram-draft", "--draft", DRAFT, "--prompt", "x");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--draft", "--ngram-draft");
    }

    @Test
    void aDraftVocabularyIsTheMostFrequentTokensThatTheEngineReads() throws IOException {
        CommandRun run = CommandRun.of(
                "draft-vocabulary",
                "--model",
                DRAFT,
                "--keep",
                "6",
                text("eeeeeeee tttttt aaaa").toString());

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("101 # 8 \"e\"", "116 # 6 \"t\"", "97 # 4 \"a\"");
        assertThat(run.err()).contains("6 of 264 tokens").contains(" % of the ");
        int[] kept = HeadTokens.read(Files.writeString(folder.resolve("list.txt"), run.out()), 264)
                .ids();
        assertThat(kept).hasSize(6).contains('e', 't', 'a', ' ');
    }

    @Test
    void aDraftVocabularyNeedsTextsAndASize() throws IOException {
        CommandRun tooMany = CommandRun.of(
                "draft-vocabulary", "--model", DRAFT, "--keep", "265", text("x").toString());
        CommandRun noText = CommandRun.of("draft-vocabulary", "--model", DRAFT, "--keep", "9", folder.toString());

        assertThat(tooMany.status()).isEqualTo(2);
        assertThat(tooMany.err()).contains("--keep is 265").contains("to 264");
        assertThat(noText.status()).isEqualTo(2);
        assertThat(noText.err()).contains("FILE is '" + folder + "'; it is a folder, and must be a file");
    }
}
