package io.speckv.evals.ruler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.evals.words.HaystackText;
import io.speckv.evals.words.WordList;
import io.speckv.text.chat.ChatMessage;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChatNeedlesTest {
    private static final Pattern ASKED = Pattern.compile("special magic number for (\\S+) mentioned");

    private final ChatNeedles chats = new ChatNeedles(
            (messages, goesOn) -> words(messages),
            WordList.bundled(),
            HaystackText.generated(WordList.bundled(), 1),
            "");

    private static int words(List<ChatMessage> messages) {
        return messages.toString().split("\\s+").length;
    }

    private static String content(ChatSample sample, int message) {
        return Objects.requireNonNull(sample.messages().get(message).content());
    }

    /** The number that a text tells for the key that the question asks for. */
    private static String number(ChatSample sample, String text) {
        Matcher asked = ASKED.matcher(content(sample, 3));
        assertThat(asked.find()).isTrue();
        Matcher told = Pattern.compile(Pattern.quote(asked.group(1)) + " is: (\\d{7})\\.")
                .matcher(text);
        return told.find() ? told.group(1) : "";
    }

    @ParameterizedTest
    @EnumSource
    void aChatIsAsLongAsAskedForAndTheSameForTheSameSeed(ChatTask task) {
        List<ChatSample> samples = chats.samples(task, 900, 7, 3);

        assertThat(samples).hasSize(3).allSatisfy(sample -> {
            assertThat(words(sample.messages()) + sample.maxNewTokens()).isBetween(890, 900);
            assertThat(sample.messages())
                    .extracting(ChatMessage::role)
                    .startsWith("system", "user", "assistant", "user");
        });
        assertThat(chats.samples(task, 900, 7, 3))
                .extracting(ChatSample::messages)
                .isEqualTo(samples.stream().map(ChatSample::messages).toList());
        assertThat(chats.samples(task, 900, 8, 1).get(0).messages())
                .isNotEqualTo(samples.get(0).messages());
    }

    @Test
    void eachTaskAsksForWhatItsOwnPartTells() {
        ChatSample document = chats.samples(ChatTask.CHAT_DOCUMENT, 900, 7, 1).get(0);
        ChatSample system = chats.samples(ChatTask.CHAT_SYSTEM, 900, 7, 1).get(0);
        ChatSample tool = chats.samples(ChatTask.CHAT_TOOL, 900, 7, 1).get(0);
        String rules = content(system, 0)
                .lines()
                .filter(line -> line.startsWith("- "))
                .toList()
                .toString();
        String definitions = content(tool, 0).substring(content(tool, 0).indexOf('['));

        assertThat(document.score().applyAsDouble(" " + number(document, content(document, 1))))
                .isEqualTo(1);
        assertThat(system.score().applyAsDouble("it is " + number(system, rules) + "."))
                .isEqualTo(1);
        assertThat(tool.score().applyAsDouble(number(tool, definitions))).isEqualTo(1);
        assertThat(List.of(document, system, tool))
                .allSatisfy(sample ->
                        assertThat(sample.score().applyAsDouble("1111111")).isZero());
    }

    @Test
    void formAndNumberOfAnAnswerAreScoredApart() {
        ChatSample sample = chats.samples(ChatTask.CHAT_FORM, 900, 7, 1).get(0);
        Matcher rule = Pattern.compile("begins with (\\S+:)").matcher(content(sample, 0));
        assertThat(rule.find()).isTrue();
        String sign = rule.group(1);
        String number = number(sample, content(sample, 1));
        var obedience = Objects.requireNonNull(sample.obedience());

        assertThat(obedience.applyAsDouble("\n" + sign + " 1234567")).isEqualTo(1);
        assertThat(sample.score().applyAsDouble("\n" + sign + " 1234567")).isZero();
        assertThat(obedience.applyAsDouble("The number is " + number + ". " + sign))
                .isZero();
        assertThat(sample.score().applyAsDouble("The number is " + number + ". " + sign))
                .isEqualTo(1);
        assertThat(sample.continuesLast()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CHAT_FORM")
    void whereTheRulesAskForNoFormNoneIsScored(ChatTask task) {
        assertThat(chats.samples(task, 900, 7, 1).get(0).obedience()).isNull();
    }

    @Test
    void aLengthThatHoldsNoChatIsRefused() {
        assertThatThrownBy(() -> chats.samples(ChatTask.CHAT_TOOL, 100, 7, 1))
                .hasMessageContaining("length is 100 tokens, the smallest chat of chat_tool");
        assertThatThrownBy(() -> ChatTask.of("chat")).hasMessageContaining("chat_document, chat_system");
    }
}
