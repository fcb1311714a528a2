package io.speckv.evals.ruler;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.evals.words.Draw;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VariableTrackingTest {
    private static final Pattern STATEMENT = Pattern.compile("VAR ([A-Z]+) = (?:VAR ([A-Z]+)|(\\d+))");
    private static final String OPENING = "Memorize and track the chain(s) of variable assignment";

    /** Runs the statements in the order of the text and returns the variables that hold {@code value}, in that order. */
    private static List<String> holding(String value, String text) {
        Map<String, String> values = new HashMap<>();
        List<String> holding = new ArrayList<>();
        for (MatchResult statement : STATEMENT.matcher(text).results().toList()) {
            String assigned = statement.group(3) != null ? statement.group(3) : values.get(statement.group(2));
            values.put(statement.group(1), assigned);
            if (value.equals(assigned)) {
                holding.add(statement.group(1));
            }
        }
        return holding;
    }

    @ParameterizedTest(name = "length {0}, {1} lines")
    @CsvSource({"1000, 2", "1000, 3", "1000, 5", "1000, 6", "1000, 40", "4096, 2", "4096, 7", "4096, 300"})
    void whoRunsTheStatementsFindsTheAnswerAndTheExamplesAnswer(int length, int lines) {
        for (int seed = 0; seed < 30; seed++) {
            RulerPrompt.Drawn drawn = new VariableTracking(length).draw(lines, new Draw(seed));
            int begin = drawn.input().lastIndexOf(OPENING);
            String example = drawn.input().substring(0, begin);
            String asked = drawn.input().substring(begin);

            String value = asked.replaceAll("(?s).*assigned the value (\\d{5}) in the text above\\.$", "$1");
            assertThat(holding(value, asked))
                    .isEqualTo(drawn.outputs())
                    .hasSize(5)
                    .allMatch(name -> name.length() == 5);
            assertThat(drawn.answerPrefix())
                    .isEqualTo(
                            " Answer: According to the chain(s) of variable assignment in the text above, 5 variables "
                                    + "are assgined the value " + value + ", they are: ");

            String shownValue = example.replaceAll("(?s).*assgined the value (\\d{5}), they are: .*", "$1");
            List<String> shown = holding(shownValue, example);
            assertThat(shown).hasSize(5).allMatch(name -> name.length() == 3);
            assertThat(example).startsWith(OPENING).endsWith("they are: " + String.join(" ", shown) + "\n\n");
        }
    }

    @ParameterizedTest(name = "length {0}: {1} lines in the example")
    @CsvSource({"2047, 4", "2048, 10"})
    void everyLineOfFillerThatIsAskedForIsThere(int length, int exampleLines) {
        for (int lines : new int[] {2, 5, 6, 7, 60}) {
            String input =
                    new VariableTracking(length).draw(lines, new Draw(lines)).input();
            for (String sentence : Sentences.of(NeedleWording.FILLER)) {
                assertThat(Pattern.compile(Pattern.quote(sentence))
                                .matcher(input)
                                .results()
                                .count())
                        .as(sentence)
                        .isEqualTo(exampleLines + lines);
            }
            assertThat(input).doesNotContain(". \n");
        }
    }
}
