package io.speckv.evals.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelsTest {
    @ParameterizedTest(name = "length {0}, budget {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            4096    | 128 | length 4k, budget 128    | Length 4k, budget 128
            1000    | 0   | length 1000, whole cache | Length 1000, whole cache
            0       | 64  | budget 64                | Budget 64
            0       | 0   | whole cache              | Whole cache
            1048576 | 1   | length 1024k, budget 1   | Length 1024k, budget 1
            """)
    void aPlaceTellsWhatItsBenchmarkHas(int length, int budget, String place, String heading) {
        assertThat(Labels.place(length, budget)).isEqualTo(place);
        assertThat(Labels.heading(length, budget)).isEqualTo(heading);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"1, 1 to 2", "512, 512 to 1k", "1024, 1k to 2k", "131072, 128k to 256k"})
    void aGroupOfLengthsEndsWhereTheNextBegins(int fewest, String label) {
        assertThat(Labels.lengthGroup(fewest)).isEqualTo(label);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "0, 0.0",
        "0.04, 0.0",
        "-0.04, 0.0",
        "0.05, 0.1",
        "99.94, 99.9",
        "99.96, 100.0",
        "999.94, 999.9",
        "999.96, 1000",
        "1000, 1000",
        "1234.5, 1235",
        "1e9, 1000000000",
        "-3.25, -3.3"
    })
    void numbersHaveOneDecimalAndNoneFromAThousandOn(double value, String label) {
        assertThat(Labels.decimal(value)).isEqualTo(label);
        assertThat(Labels.percent(value / 100)).isEqualTo(label);
    }

    /** A loss of n nats is 1 - exp(-n) of the likelihood. */
    @ParameterizedTest(name = "{0} nats: {1}%")
    @CsvSource({
        "0, 0.00", "1e-9, 0.00", "-1e-9, 0.00", "0.0001, 0.01", "-0.0001, -0.01", "0.01, 1.00", "0.105, 9.97",
        "0.1053, 9.99", "0.10531, 10", "0.6931472, 50", "-0.6931472, -100", "-0.0953, -10", "3, 95", "700, 100"
    })
    void lossesHaveTwoDecimalsBelowTen(double nats, String label) {
        assertThat(Labels.loss(nats)).isEqualTo(label);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "niah_single_1, sngl_1",
        "niah_multikey_3, mkey_3",
        "niah_multivalue, mvalue",
        "niah_multiquery, mquery",
        "passage_retrieval_en, p_retrieval_en",
        "multifieldqa_en, mfieldqa_en",
        "multi_news, m_news",
        "vt, vt",
        "2wikimqa, 2wikimqa"
    })
    void tasksAreShortAndStayApart(String task, String label) {
        assertThat(Labels.task(task)).isEqualTo(label);
    }
}
