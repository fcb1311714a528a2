package io.speckv.answers;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.answers.CallMatcher.Verdict;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Marks of a parameter are written short in tables: {@code [key]} opens one and {@code [/]} closes it. */
final class XmlCallTest {
    private static final int NAME_CHARS_MOST = 512;

    /** Behind {@code <function=}. */
    private static CallMatcher function(AnnouncedCalls announced) {
        return new XmlCall(XmlCall.FUNCTION, MatchedText.TOOLS, announced);
    }

    /** Behind {@code <tool_call>}. */
    private static CallMatcher tagged(AnnouncedCalls announced) {
        return new XmlCall(TaggedCall.OPEN, MatchedText.TOOLS, announced);
    }

    private static String marked(String text) {
        return text.replace("[/]", "</parameter>").replaceAll("\\[(\\w*)]", "<parameter=$1>");
    }

    private static MatchedText read(String text) {
        return MatchedText.of(XmlCallTest::function, marked(text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '`', textBlock = """
        look></function>                               § look {}
        `look>\n</function>`                           § look {}
        look>[a]x[/]</function>                        § look {"a": "x"}
        `look>\n[a]\nx\n[/]\n[b]\ny\n[/]\n</function>` § look {"a": "x", "b": "y"}
        look>[n]12[/]</function>                       § look {"n": 12}
        `look>[n]\n12\n[/]</function>`                 § look {"n": 12}
        look>[n]many[/]</function>                     § look {"n": "many"}
        look>[a][/]</function>                         § look {"a": ""}
        `look>[a]\n[/]</function>`                     § look {"a": ""}
        `look>[a]\n\n[/]</function>`                   § look {"a": ""}
        `look>[a]\n\n\n[/]</function>`                 § `look {"a": "\\n"}`
        `look>[a]"\\\n\t[/]</function>`                § `look {"a": "\\"\\\\\\n\\t"}`
        other>[n]12[/]</function>                      § other {"n": "12"}
        ` look >[ n ]12[/]</function>`                 § look {"n": 12}
        """)
    void parametersBecomeMembersOfTheirTypes(String text, String call) {
        String spaced = marked(text).replace("[ n ]", "<parameter= n >");
        assertThat(MatchedText.of(XmlCallTest::function, spaced))
                .isEqualTo(new MatchedText(Verdict.COMPLETE, spaced, List.of(call), List.of(), spaced.length()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '`', textBlock = """
        x[/][/]</function>            § x</parameter>
        x[/] y[/]</function>          § x</parameter> y
        x[/]<[/]</function>           § x</parameter><
        `x[/] \n[/]</function>`       § `x</parameter> `
        x</function>[/]</function>    § x</function>
        x[b]y[/]</function>           § x<parameter=b>y
        [/</parameter></function>     § [/
        """)
    void aValueEndsAtTheMarkThatTheNextOneFollows(String rest, String value) {
        assertThat(read("look>[a]" + rest).calls()).containsExactly("look {\"a\": " + JsonText.quoted(value) + "}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '`', textBlock = """
        >                                § >
        ` >`                             § ` >`
        `look\n>`                        § `look\n`
        look<                            § look<
        look>x                           § look>x
        look><para x                     § `look><para `
        look></functions                 § look></functions
        look>[a]1[/][]2                  § look>[a]1[/][]
        look>[a]1[/][a]2                 § look>[a]1[/][a]
        """)
    void isWrongAtTheCharacterThatNoCallHas(String text, String until) {
        assertThat(read(text)).isEqualTo(MatchedText.wrongAfter(marked(until)));
    }

    @Test
    void namesAreAtMost512CharactersLong() {
        String longest = "x".repeat(NAME_CHARS_MOST);
        assertThat(read(longest + "></function>").calls()).containsExactly(longest + " {}");
        assertThat(read(longest + "x").verdict()).isEqualTo(Verdict.WRONG);
        assertThat(read("look><parameter=" + longest + ">1[/]</function>").verdict())
                .isEqualTo(Verdict.COMPLETE);
        assertThat(read("look><parameter=" + longest + "x").verdict()).isEqualTo(Verdict.WRONG);
    }

    @Test
    void behindATagTheFunctionOrAnObjectMayCome() {
        assertThat(MatchedText.of(XmlCallTest::tagged, "\n<function=look></function>\n</tool_call>")
                        .taken())
                .as("the tag's end is a trailer")
                .isEqualTo("\n<function=look></function>");
        MatchedText object =
                MatchedText.of(XmlCallTest::tagged, "\n{\"name\": \"look\", \"arguments\": {\"n\": 1}}\n</tool_call>x");
        assertThat(object.calls()).containsExactly("look {\"n\": 1}");
        assertThat(object.taken()).endsWith("</tool_call>");
        assertThat(MatchedText.of(XmlCallTest::tagged, "<functional").taken()).isEqualTo("<functiona");
        assertThat(MatchedText.of(XmlCallTest::tagged, "<{").verdict()).isEqualTo(Verdict.WRONG);
    }

    @Test
    void theNextTagIsNotOfTheObjectBefore() {
        MatchedText object = MatchedText.of(XmlCallTest::tagged, "{\"name\": \"look\", \"arguments\": {}} <tool_call>");
        assertThat(object.taken()).isEqualTo("{\"name\": \"look\", \"arguments\": {}} ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "look>", "look><parameter=a>1</parameter>", "look><parameter=a>1</parameter></functio"})
    void aFunctionThatIsNotClosedIsNoCall(String text) {
        assertThat(MatchedText.atEndOf(XmlCallTest::function, text)).isEqualTo(Verdict.WRONG);
    }

    @Test
    void anObjectMayLackItsTagAtTheEnd() {
        assertThat(MatchedText.atEndOf(XmlCallTest::tagged, "{\"name\": \"look\", \"arguments\": {}}"))
                .isEqualTo(Verdict.COMPLETE);
        assertThat(MatchedText.atEndOf(XmlCallTest::tagged, "{\"name\": \"look\""))
                .isEqualTo(Verdict.WRONG);
    }

    /** Were each of them looked at again with the next, this would take hours. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whiteSpaceBehindAValueMayGoOnForLong() {
        String space = "\n".repeat(4_000_000);
        assertThat(read("look>[a]1[/]" + space + "</function>").calls()).containsExactly("look {\"a\": \"1\"}");
    }

    @Test
    void whateverAValueHoldsComesBack() {
        Random random = new Random(11);
        String letters = "</>=parmetfunciok \n\"\\x";
        for (int i = 0; i < 2000; i++) {
            StringBuilder value = new StringBuilder();
            for (int length = random.nextInt(12); length > 0; length--) {
                value.append(
                        random.nextInt(6) == 0
                                ? List.of("</parameter>", "</function>", "<parameter=")
                                        .get(random.nextInt(3))
                                : String.valueOf(letters.charAt(random.nextInt(letters.length()))));
            }
            String held = value.toString();
            if (!held.replaceAll("\\s", "").matches(".*</parameter>(</function>|<parameter=).*")) {
                assertThat(read("other>[a]\n" + held + "\n[/]\n</function>").calls())
                        .as(held)
                        .containsExactly("other {\"a\": " + JsonText.quoted(held) + "}");
            }
        }
    }

    @Test
    void aParameterLeavesWhenTheNextMarkShowsItsEnd() {
        MatchedText open = MatchedText.streamed(XmlCallTest::function, marked("look>[n]1[/]\n[b]2[/]"));
        assertThat(open.sent())
                .containsExactly(new AnswerPart.CallBegun("look"), new AnswerPart.Arguments("{\"n\": 1"));
        assertThat(open.behind())
                .as("from the second parameter's mark on")
                .isEqualTo(marked("[b]2[/]").length());
        MatchedText closed = MatchedText.streamed(XmlCallTest::function, marked("look>[n]1[/]\n[b]2[/]</function>"));
        assertThat(closed.sent())
                .containsExactly(
                        new AnswerPart.CallBegun("look"), new AnswerPart.Arguments("{\"n\": 1, \"b\": \"2\"}"));
        assertThat(closed.behind()).isZero();
    }
}
