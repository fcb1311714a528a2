package io.speckv.evals.longbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.evals.jsonl.JsonLineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LongBenchFolderTest {
    @Test
    void readsTheFilesThatAreThere(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("trec.jsonl"), """
                {"_id": "t1", "input": "Question: who?", "context": "C", "answers": ["Person"], "all_classes": ["Person", "City"], "length": 5, "language": "en"}
                """);
        Files.writeString(folder.resolve("hotpotqa.jsonl"), """
                {"_id": "h1", "input": "q", "context": "c", "answers": ["a", "b"], "all_classes": null}
                """);
        LongBenchFolder files = new LongBenchFolder(folder);
        assertThat(files.tasks()).containsExactly("hotpotqa", "trec");
        LongBenchSample sample = files.samples("trec", 9).get(0);
        assertThat(sample.prompt()).endsWith("C\nQuestion: who?");
        assertThat(sample.score().applyAsDouble("Person\nmore")).isEqualTo(1);
        assertThat(files.samples("hotpotqa", 9).get(0).score().applyAsDouble("b"))
                .isEqualTo(1);
        assertThat(files.otherFiles()).isEmpty();
    }

    @Test
    void tellsWhichFilesAreOfNoTask(@TempDir Path folder) throws IOException {
        for (String name : List.of("hotpotqa.jsonl", "hotpotqa_e.jsonl", "dureader.jsonl", "notes.txt")) {
            Files.writeString(folder.resolve(name), "");
        }
        assertThat(new LongBenchFolder(folder).otherFiles()).containsExactly("dureader.jsonl");
    }

    @Test
    void lengthsOfLongBenchEAreSetsOfTheirOwn(@TempDir Path folder) throws IOException {
        String line = """
                {"input": "q", "context": "c", "answers": ["a"], "length": %d}
                """;
        Files.writeString(
                folder.resolve("qasper_e.jsonl"), line.formatted(3999) + line.formatted(4000) + line.formatted(8000));

        assertThat(new LongBenchFolder(folder).samples("qasper_e", 9))
                .extracting(LongBenchSample::set)
                .containsExactly("qasper_e 0-4k", "qasper_e 4-8k", "qasper_e 8k+");
    }

    @Test
    void choicesOfLongBenchV2AreScoredByTheLetterThatTheAnswerNames(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("data.json"), """
                [{"_id": "x1", "domain": "D", "difficulty": "hard", "length": "short", "question": "Why {A}?",
                  "choice_A": "one", "choice_B": "two", "choice_C": "three", "choice_D": "four", "answer": "C",
                  "context": "a {B} text"}]
                """);
        LongBenchFolder files = new LongBenchFolder(folder);
        assertThat(files.tasks()).containsExactly("longbench_v2");
        LongBenchSample sample = files.samples("longbench_v2", 9).get(0);

        assertThat(sample.set()).isEqualTo("longbench_v2 short");
        assertThat(sample.usesChatTemplate()).isTrue();
        assertThat(sample.prompt())
                .contains("<text>\na {B} text\n</text>")
                .contains("this question: Why {A}?\n")
                .contains("(C) three\n")
                .endsWith("\"The correct answer is (insert answer here)\".");
        assertThat(sample.score().applyAsDouble("**The correct answer is (C)**, as"))
                .isEqualTo(1);
        assertThat(sample.score().applyAsDouble("The correct answer is C")).isEqualTo(1);
        assertThat(sample.score().applyAsDouble("C")).isZero();
        assertThat(sample.score().applyAsDouble("The correct answer is (B), not (C)"))
                .isZero();
    }

    @Test
    void noMoreOfAnArrayIsReadThanIsAskedFor(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("data.json"), """
                [{"length": "long", "question": "?", "choice_A": "a", "choice_B": "b", "choice_C": "c", "choice_D": "d",
                  "answer": "A", "context": "t"}, this is no JSON
                """);
        LongBenchFolder files = new LongBenchFolder(folder);

        assertThat(files.samples("longbench_v2", 1)).hasSize(1);
        assertThatThrownBy(() -> files.samples("longbench_v2", 2))
                .isInstanceOf(JsonLineException.class)
                .hasMessageContaining("data.json is not JSON");
        Files.writeString(folder.resolve("data.json"), "{}");
        assertThatThrownBy(() -> files.samples("longbench_v2", 2)).hasMessageContaining("must be an array");
    }

    @Test
    void theFunctionWithTheErrorIsChosenByItsLetter(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("code_debug.jsonl"), """
                {"id": 0, "context": "def f(): pass", "input": "", "options": ["f", "g", "h", "i"], "answer": ["g"]}
                """);
        LongBenchSample sample =
                new LongBenchFolder(folder).samples("code_debug", 9).get(0);

        assertThat(sample.prompt())
                .contains("\ndef f(): pass\n")
                .contains("B. g\n")
                .endsWith("The correct option is:");
        assertThat(sample.score().applyAsDouble(" B. g")).isEqualTo(1);
        assertThat(sample.score().applyAsDouble(" D")).isZero();
        assertThat(sample.score().applyAsDouble("Because")).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            lcc                  | {"context": "x", "answers": ["y"]}                          | there is no 'input'
            lcc                  | {"input": "", "context": "x"}                               | there is no 'answers'
            trec                 | {"input": "", "context": "x", "answers": ["y"]}             | there is no 'all_classes'
            passage_retrieval_en | {"input": "", "context": "x", "answers": ["Paragraph 3", "4"]} | must name a 'Paragraph N', was '4'
            lcc_e                | {"input": "", "context": "x", "answers": ["y"], "length": "4"} | 'length' is "4", must be a whole number
            code_debug           | {"context": "x", "options": ["a", "b"], "answer": ["a"]}    | 'options' has 2 texts, must have 4
            code_debug           | {"context": "x", "options": ["a", "b", "c", "d"], "answer": ["e"]} | 'answer' is 'e', must be one of the four
            """)
    void namesTheLineThatIsNoSample(String task, String line, String why, @TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve(task + ".jsonl"), "\n" + line + "\n");
        assertThatThrownBy(() -> new LongBenchFolder(folder).samples(task, 9))
                .isInstanceOf(JsonLineException.class)
                .hasMessageContaining(task + ".jsonl:2: ")
                .hasMessageContaining(why);
    }

    @Test
    void keepsBothEndsOfALongPrompt() {
        MiddleCut.Codec characters = new MiddleCut.Codec() {
            @Override
            public int[] encode(String text) {
                return text.chars().toArray();
            }

            @Override
            public String decode(int[] ids) {
                return new String(ids, 0, ids.length);
            }
        };
        assertThat(new MiddleCut(characters, 5).apply("abcdefgh")).isEqualTo("abgh");
        assertThat(new MiddleCut(characters, 8).apply("abcdefgh")).isEqualTo("abcdefgh");
    }
}
