package io.speckv.answers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The answers of {@link VllmAnswers}, broken everywhere: cut off behind each character, and with a character that does not
 * belong there before each. With arguments that stream there is one result whatever the cut, it is the one without the option
 * where no call broke, and every character is text, an argument, or of a mark.
 */
final class BrokenAnswersTest {
    private static final ToolTypes TOOLS = VllmAnswers.tools();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> WRONG = List.of("\u0001", "\"", "}", "x");
    private static final String OBJECT = "\\{[^{]*";

    @ParameterizedTest
    @EnumSource(value = CallFormat.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void oneResultAndNothingLost(CallFormat format) {
        Random random = new Random(5);
        long broken = 0;
        for (VllmAnswers.Recorded recorded : VllmAnswers.withCalls()) {
            if (recorded.syntax().calls() != format) {
                continue;
            }
            for (String text : broken(recorded.text(), random)) {
                ReadAnswer whole = ReadAnswer.streamed(recorded.syntax(), TOOLS, text);
                assertThat(ReadAnswer.streamed(recorded.syntax(), TOOLS, ReadAnswer.cut(text, 1, random)))
                        .as(text)
                        .isEqualTo(whole);
                assertThat(ReadAnswer.streamed(recorded.syntax(), TOOLS, ReadAnswer.cut(text, 20, random)))
                        .as(text)
                        .isEqualTo(whole);
                if (whole.broken() == 0) {
                    assertThat(whole).as(text).isEqualTo(ReadAnswer.of(recorded.syntax(), TOOLS, text));
                }
                broken += whole.broken();
                requireAllAccountedFor(format, recorded.syntax(), text);
            }
        }
        assertThat(broken).isGreaterThan(100);
    }

    private static List<String> broken(String text, Random random) {
        List<String> all = new ArrayList<>(List.of(text));
        for (int at = 0; at < text.length(); at++) {
            all.add(text.substring(0, at));
            all.add(text.substring(0, at) + WRONG.get(random.nextInt(WRONG.size())) + text.substring(at));
        }
        return all;
    }

    private static void requireAllAccountedFor(CallFormat format, AnswerSyntax syntax, String text) {
        List<AnswerPart> parts = ReadAnswer.joined(ReadAnswer.parts(new AnswerParser(syntax, TOOLS, true), text));
        StringBuilder pattern = new StringBuilder();
        for (AnswerPart part : parts) {
            if (part instanceof AnswerPart.Text said) {
                pattern.append(layout(format)).append(said(format, said.text()));
            } else if (part instanceof AnswerPart.Call) {
                pattern.append(".*?");
            } else if (part instanceof AnswerPart.CallBegun begun) {
                pattern.append(layout(format)).append(head(format, begun.tool()));
            } else if (part instanceof AnswerPart.Arguments arguments) {
                requireBeginningOfAnObject(arguments.text());
                pattern.append(written(format, arguments.text()));
            } else if (part instanceof AnswerPart.CallEnded ended) {
                pattern.append(ended.whole() ? tail(format) : "");
            }
        }
        pattern.append(layout(format));
        assertThat(Pattern.compile(pattern.toString(), Pattern.DOTALL)
                        .matcher(text)
                        .matches())
                .as("%s as %s", text, parts)
                .isTrue();
    }

    private static void requireBeginningOfAnObject(String arguments) {
        JsonScanner scanner = new JsonScanner();
        for (int i = 0; i < arguments.length(); i++) {
            CallMatcher.Verdict verdict = scanner.accept(arguments.charAt(i));
            assertThat(verdict == CallMatcher.Verdict.OPEN || i == arguments.length() - 1)
                    .as(arguments)
                    .isTrue();
        }
    }

    /** White space and marks that say nothing. */
    private static String layout(CallFormat format) {
        return switch (format) {
            case LLAMA3_JSON -> "[\\s;]*";
            case QWEN3_CODER -> "(?:\\s|</tool_call>)*";
            case DEEPSEEK -> "(?:\\s|<｜tool▁calls▁end｜>)*";
            default -> "\\s*";
        };
    }

    /** Marks that say nothing may have stood in the white space before it. */
    private static String said(CallFormat format, String text) {
        String bare = text.stripLeading();
        StringBuilder said = new StringBuilder();
        for (char space : text.substring(0, text.length() - bare.length()).toCharArray()) {
            said.append(space)
                    .append("(?:")
                    .append(String.join("|", format.trailers()))
                    .append(")*");
        }
        return said.append(Pattern.quote(bare)).toString();
    }

    private static String head(CallFormat format, String tool) {
        return switch (format) {
            case HERMES -> "<tool_call>\\s*" + OBJECT;
            case LLAMA3_JSON -> "(?:<\\|python_tag\\|>\\s*)?(?:\\[\\s*|,\\s*)?" + OBJECT;
            case MISTRAL ->
                "(?:\\[TOOL_CALLS\\]\\s*(?:\\[\\s*" + OBJECT + "|" + tool + "\\s*(?:\\[[^{]*)?)|,\\s*" + OBJECT + ")";
            case QWEN3_CODER ->
                "(?:(?:<tool_call>\\s*)?<function=\\s*" + tool + "\\s*>\\s*|<tool_call>\\s*" + OBJECT + ")";
            case DEEPSEEK -> "(?:<｜tool▁calls▁begin｜>\\s*)?<｜tool▁call▁begin｜>[^{]*";
            case NONE -> "";
        };
    }

    /** What the arguments were written as. */
    private static String written(CallFormat format, String arguments) {
        String itself = Pattern.quote(arguments);
        if (format != CallFormat.QWEN3_CODER) {
            return itself;
        }
        try {
            StringBuilder xml = new StringBuilder();
            JSON.readTree(JsonScanner.isObject(arguments) ? arguments : arguments + "}")
                    .fieldNames()
                    .forEachRemaining(key -> xml.append("<parameter=\\s*")
                            .append(Pattern.quote(key))
                            .append("\\s*>.*?</parameter>\\s*"));
            return "(?:" + itself + "|" + xml + ")";
        } catch (JsonProcessingException e) {
            return itself;
        }
    }

    /** What follows the arguments of a whole call; at an answer's end its marks may be cut off. */
    private static String tail(CallFormat format) {
        return switch (format) {
            case HERMES -> ".*?\\}\\s*(?:</?[tol_ca]*>?)?";
            case LLAMA3_JSON -> ".*?\\}\\s*\\]?";
            case MISTRAL -> "(?:.*?\\}\\s*\\]?)?";
            case QWEN3_CODER -> "(?:</function>|.*?\\}\\s*(?:</?[tol_ca]*>?)?)";
            case DEEPSEEK -> "[\\s`]*(?:<[｜tol▁caend]*>?)?";
            case NONE -> "";
        };
    }
}
