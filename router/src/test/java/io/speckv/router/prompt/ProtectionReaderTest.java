package io.speckv.router.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.TextFormat;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.Protection;
import io.speckv.router.settings.ProtectionSettings;
import io.speckv.selection.method.Method;
import io.speckv.selection.method.Methods;
import io.speckv.text.Encoding;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prompts of 100 tokens that are no chats; a method keeps 20 of them. Chats have {@code ProtectionTest}. */
class ProtectionReaderTest {
    private static final int LENGTH = 100;
    private static final Method KEEPS_20 = Methods.of("truncate", Map.of("max_capacity_prompt", 20));
    private static final Method DROPS_KEYS = Methods.of("snapkv", Map.of("max_capacity_prompt", 40));

    private static ProtectionSettings settings(double share, String turns) {
        return new ProtectionSettings("structure", share, turns, 0, "report");
    }

    private static PromptTokens tokens() {
        return new PromptTokens(new int[LENGTH], null, null);
    }

    private static Protection protection(String text) {
        try {
            return TextFormat.parse(text, Protection.class);
        } catch (TextFormat.ParseException e) {
            throw new AssertionError(text, e);
        }
    }

    private static PromptStructure read(String asked, PromptTokens prompt, Method method) {
        return new ProtectionReader(settings(0.5, "together"))
                .read(protection(asked), prompt, Optional::empty, method, false);
    }

    private static List<Integer> kept(String asked) {
        return Arrays.stream(read(asked, tokens(), KEEPS_20).parts().tokens().positions())
                .boxed()
                .toList();
    }

    private static String refusal(String asked, PromptTokens prompt, Method method, boolean exact) {
        RequestException refused = catchThrowableOfType(
                RequestException.class,
                () -> new ProtectionReader(settings(0.5, "together"))
                        .read(protection(asked), prompt, Optional::empty, method, exact));
        assertThat(refused).as(asked).isNotNull();
        return String.valueOf(refused.getMessage());
    }

    @Test
    void nothingIsProtectedOfATextUnlessTheRequestNamesIt() {
        PromptStructure structure = read("", tokens(), KEEPS_20);
        assertThat(structure.parts().parts()).isEmpty();
        assertThat(structure.stretches()).hasSize(1);
        assertThat(structure.stretches().get(0).size()).isEqualTo(LENGTH);
        assertThat(structure.recent()).isZero();
    }

    @Test
    void rangesOfTokensAreTheirPositions() {
        assertThat(kept("ranges: {start: 3 end: 6} ranges: {start: 90 end: 92}"))
                .containsExactly(3, 4, 5, 90, 91);
        assertThat(kept("ranges: {start: 3 end: 6} ranges: {start: 5 end: 8}"))
                .as("a token of two counts once")
                .containsExactly(3, 4, 5, 6, 7);
    }

    @Test
    void theyTakeNoMoreThanTheirShareAndTheLongestGoFirst() {
        String three = "ranges: {start: 0 end: 4} ranges: {start: 10 end: 18} ranges: {start: 20 end: 23}";
        assertThat(kept(three)).as("half of 20").containsExactly(0, 1, 2, 3, 20, 21, 22);
        assertThat(kept(three + " share: 0.75")).as("15 of 20").hasSize(4 + 8 + 3);
        assertThat(kept(three + " share: 0.2")).as("4 of 20").containsExactly(20, 21, 22);
    }

    /** Six tokens of {@code aéü🙂b}, of which the emoji's two share its character. */
    @ParameterizedTest
    @CsvSource({"0, 1, 0", "1, 3, 1-2", "3, 4, 3-4", "2, 4, 2-3-4", "4, 5, 5", "0, 5, 0-1-2-3-4-5"})
    void rangesOfATextAreItsCodePoints(int start, int end, String positions) {
        Encoding encoding =
                new Encoding("aéü🙂b", new int[6], new int[] {0, 1, 2, 3, 3, 5}, new int[] {1, 2, 3, 5, 5, 6});
        PromptTokens prompt = new PromptTokens(encoding.ids(), encoding, null);
        Method keeps5 = Methods.of("truncate", Map.of("max_capacity_prompt", 5));
        PromptStructure structure = new ProtectionReader(settings(1, "together"))
                .read(
                        protection("ranges: {start: %d end: %d}".formatted(start, end)),
                        prompt,
                        Optional::empty,
                        keeps5,
                        false);
        assertThat(String.join(
                        "-",
                        structure.parts().parts().stream()
                                .flatMap(part -> Arrays.stream(part.positions()).mapToObj(String::valueOf))
                                .toList()))
                .isEqualTo(positions);
    }

    @Test
    void ofAMethodThatDropsKeysAloneTheProtectedTokensAreNoStretchOfTheirOwn() {
        PromptStructure structure = read("ranges: {start: 3 end: 6}", tokens(), DROPS_KEYS);
        assertThat(structure.parts().tokens().positions()).containsExactly(3, 4, 5);
        assertThat(structure.stretches()).singleElement().matches(stretch -> stretch.size() == LENGTH);
    }

    @Test
    void whereNothingIsDroppedNothingNeedsProtection() {
        assertThat(read("ranges: {start: 3 end: 6}", tokens(), Method.FULL)
                        .parts()
                        .parts())
                .isEmpty();
    }

    @Test
    void settingsThatFreezeTurnsConcernChatsAlone() {
        PromptStructure structure = new ProtectionReader(settings(0.5, "frozen"))
                .read(protection(""), tokens(), Optional::empty, KEEPS_20, false);
        assertThat(structure.stretches()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        messages: 0                        | protection.messages needs a chat, and the prompt is none
        roles: "user"                      | protection.roles needs a chat, and the prompt is none
        turns: TURN_RULE_FROZEN            | protection.turns needs a chat, and the prompt is none
        recent_tokens: 5                   | protection.recent_tokens is set, and needs turns to be frozen
        share: 0                           | protection.share is 0.0, must be above 0 and at most 1
        share: 1.5                         | protection.share is 1.5, must be above 0 and at most 1
        share: nan                         | protection.share is NaN, must be above 0 and at most 1
        rule: 9                            | protection.rule is 9, must be unset or one of PROTECTION_RULE_NONE (1), PROTECTION_RULE_STRUCTURE (2)
        turns: 9                           | protection.turns is 9, must be unset or one of TURN_RULE_TOGETHER (1), TURN_RULE_FROZEN (2)
        ranges: {start: 5 end: 5}          | protection.ranges[0] is 5 to 5, must be ascending and end within RANGE
        ranges: {start: 5 end: 101}        | protection.ranges[0] is 5 to 101, must be ascending and end within RANGE
        ranges: {end: 1} ranges: {start: 2 end: 1} | protection.ranges[1] is 2 to 1, must be ascending and end within RANGE
        ranges: {start: 1 end: 4294967295} | protection.ranges[0] is 1 to 4294967295, must be ascending and end within RANGE
        """)
    void whatIsWrongIsNamed(String asked, String message) {
        assertThat(refusal(asked, tokens(), KEEPS_20, false))
                .isEqualTo(message.replace("RANGE", "the prompt's 100 tokens"));
    }

    @Test
    void rangesAreAtMost1024() {
        String many = String.join(
                " ", IntStream.range(0, 1025).mapToObj(i -> "ranges: {end: 1}").toList());
        assertThat(refusal(many, tokens(), KEEPS_20, false))
                .isEqualTo("protection.ranges has 1025 ranges, must have at most 1024");
    }

    @Test
    void turnsAreNotFrozenByAMethodThatCannotOrMustNot() {
        assertThat(refusal("turns: TURN_RULE_FROZEN", tokens(), DROPS_KEYS, false))
                .isEqualTo(
                        "protection.turns is frozen, but snapkv drops KV pairs and no tokens: take a method that does,"
                                + " such as speckv-pc or specpc");
        assertThat(refusal("turns: TURN_RULE_FROZEN", tokens(), KEEPS_20, true))
                .isEqualTo("protection.turns is frozen, which the paper's method does not do");
    }
}
