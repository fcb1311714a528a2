package io.speckv.evals.ruler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NeedleWordingTest {
    /** The template of RULER's {@code constants.py} with its {@code answer_prefix}; X stands for the haystack. */
    private static final String TEMPLATE =
            "Some special magic {v} are hidden within the following text. Make sure to memorize it. "
                    + "I will quiz you about the {v} afterwards.\nX\nWhat are all the special magic {v} for {query} "
                    + "mentioned in the provided text? The special magic {v} for {query} mentioned in the provided text are";

    /** What {@code niah.py} makes of it. */
    private static String filled(String kind, String query, int answers) {
        String template = answers > 1
                ? TEMPLATE
                : TEMPLATE.replace("Some", "A").replace("are all", "is").replace("are", "is");
        String value = answers > 1 ? kind : kind.substring(0, kind.length() - 1);
        return template.replace("{v}", value).replace("{query}", query);
    }

    @ParameterizedTest(name = "{0}, keys {1}, {2} answers")
    @CsvSource({
        "numbers, a-b, 1, a-b",
        "numbers, a-b, 4, a-b",
        "uuids, k, 1, k",
        "uuids, k, 2, k",
        "numbers, x y, 2, 'x, and y'",
        "numbers, x y z, 3, 'x, y, and z'",
        "numbers, rare-area are-all, 2, 'rare-area, and are-all'"
    })
    void promptsAreWordedAsRulersScriptWordsThem(String kind, String keys, int answers, String query) {
        NeedleWording wording = new NeedleWording(kind);
        List<String> asked = List.of(keys.split(" "));

        assertThat(wording.header(answers) + "X\n" + wording.question(asked, answers)
                        + wording.answerPrefix(asked, answers))
                .isEqualTo(filled(kind, query, answers));
    }

    @ParameterizedTest
    @CsvSource({"numbers", "uuids"})
    void theBeginningsThatAreToldApartAreThoseOfWholeSentences(String kind) {
        NeedleWording wording = new NeedleWording(kind);
        List<String> keys = List.of("k", "l");
        for (int answers = 1; answers <= 3; answers++) {
            assertThat(wording.question(keys, answers))
                    .isEqualTo(wording.asksFor(answers) + " k, and l" + NeedleWording.MENTIONED + "?");
            assertThat(wording.answerPrefix(keys, answers))
                    .startsWith(" " + wording.answersFor(answers) + " k, and l" + NeedleWording.MENTIONED);
        }
        assertThat(wording.needle("k", "v"))
                .isEqualTo("One of the special magic " + kind + " for k is: v.")
                .isEqualTo(wording.beforeKey() + " k" + NeedleWording.BEFORE_VALUE + " v.");
    }
}
