package io.speckv.evals.longbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CRC-32 and answer lengths are of LongBench's {@code dataset2prompt.json}, {@code dataset2maxlen.json} and {@code 0shot.txt}. */
class LongBenchPromptsTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            narrativeqa          | 822ba2e5 | 128
            qasper               | 71ba1f37 | 128
            multifieldqa_en      | a705170d | 64
            hotpotqa             | 43aa631f | 32
            2wikimqa             | 43aa631f | 32
            musique              | 43aa631f | 32
            gov_report           | c77bff1c | 512
            qmsum                | 06c09211 | 512
            multi_news           | d78fe578 | 512
            trec                 | 1c91b1b4 | 64
            triviaqa             | 1a3ebcbd | 32
            samsum               | 36344136 | 128
            passage_count        | 7d44efe5 | 32
            passage_retrieval_en | 3e329ee3 | 32
            lcc                  | 43aa22d0 | 64
            repobench-p          | a08d28af | 64
            """)
    void promptsAndAnswerLengthsAreThePublishedOnesByteForByte(String task, String checksum, int answer) {
        LongBenchTask of = LongBenchTask.of(task);
        assertThat(crc(of.prompt("{context}", "{input}"))).isEqualTo(checksum);
        assertThat(of.maxNewTokens()).isEqualTo(answer);
    }

    @Test
    void thePromptOfTheSecondVersionIsThePublishedOneByteForByte() {
        assertThat(crc(LongBenchPrompts.LONGBENCH_V2
                        .replace("{context}", "$DOC$")
                        .replace("{input}", "$Q$")
                        .replaceAll("\\{([A-D])\\}", "\\$C_$1\\$")))
                .isEqualTo("64535e45");
    }

    @Test
    void everyEnglishTaskOfTheFirstVersionIsThere() {
        assertThat(LongBenchTask.values()).hasSize(16);
    }

    @ParameterizedTest(name = "context ''{0}'', input ''{1}''")
    @CsvSource(quoteCharacter = '"', textBlock = """
            see {input},     f"{context}"
            {context},       {input}
            "$1 \\0 \\\\",   "$input {x} %s"
            "",              ""
            """)
    void whatIsFilledInIsNeverTakenForAPlaceholder(String context, String input) {
        assertThat(LongBenchTask.REPOBENCH_P.prompt(context, input))
                .isEqualTo("Please complete the code given below. \n" + context + input + "Next line of code:\n");
        assertThat(LongBenchTask.TREC.prompt(context, input)).endsWith("questions.\n\n" + context + "\n" + input);
    }

    private static String crc(String prompt) {
        CRC32 crc = new CRC32();
        crc.update(prompt.getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }
}
