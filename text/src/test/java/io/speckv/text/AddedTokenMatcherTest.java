package io.speckv.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.text.AddedTokenMatcher.Match;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddedTokenMatcherTest {
    private static final int MANY = 20_000;

    private static boolean nothing(int at) {
        return false;
    }

    private static AddedToken token(String content, String flags) {
        return new AddedToken(
                content.hashCode(),
                content,
                flags.contains("c"),
                false,
                flags.contains("l"),
                flags.contains("r"),
                flags.contains("w"));
    }

    /** All matches of a text, as {@code content[start,end)}. */
    private static List<String> all(AddedTokenMatcher matcher, String text, IntPredicate asText) {
        List<String> found = new ArrayList<>();
        for (Match match = matcher.next(text, 0, asText); match.token() != null; ) {
            found.add(match.token().content() + "[" + match.start() + "," + match.end() + ")");
            match = matcher.next(text, match.end(), asText);
        }
        return found;
    }

    @ParameterizedTest(name = "{0} ({1}) in \"{2}\": {3}")
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "<a>,,x<a>y<a>,'<a>[1,4) <a>[5,8)'",
                "<a>,l,x  <a>,'<a>[1,6)'",
                "<a>,r,'<a> \n y','<a>[0,6)'",
                "<a>,lr,'<a> <a>','<a>[0,4) <a>[4,7)'",
                "<a>,l,\u3000\u0085<a>,'<a>[0,5)'",
                "<a>,r,<a>\u200b,'<a>[0,3)'",
                "ab,w,xab ab abx ab,'ab[4,6) ab[11,13)'",
                "ab,w,_ab é-ab- ab😀,'ab[6,8) ab[10,12)'",
                "ab,w,ab\u0301 ab1 ab_,''",
                "ab,w,𝒜ab ab𝒜 ab,'ab[10,12)'",
                "🙂,,a🙂🙂,'🙂[1,3) 🙂[3,5)'",
                "aa,,aaaaa,'aa[0,2) aa[2,4)'"
            })
    void whatATokenTakesInAndWhatMayTouchIt(String content, @Nullable String flags, String text, String found) {
        AddedTokenMatcher matcher = new AddedTokenMatcher(List.of(token(content, flags == null ? "" : flags)));

        assertThat(String.join(" ", all(matcher, text, AddedTokenMatcherTest::nothing)))
                .isEqualTo(found);
    }

    @Test
    void ofTokensThatBeginAtOnePlaceTheLongestIsFoundAndTheShorterWhereItMayNotBe() {
        AddedTokenMatcher matcher =
                new AddedTokenMatcher(List.of(token("<a", "c"), token("<a><b>", "cw"), token("<a>", "")));

        assertThat(all(matcher, "<a><b> <a><b>x <ax", AddedTokenMatcherTest::nothing))
                .containsExactly("<a><b>[0,6)", "<a>[7,10)", "<a[15,17)");
    }

    @Test
    void aControlTokenWhoseSpellingIsTextIsPassedOverAndOthersAreNot() {
        AddedTokenMatcher matcher = new AddedTokenMatcher(List.of(token("<c>", "c"), token("<o>", "")));

        assertThat(all(matcher, "<c><o><c>", at -> at < 6)).containsExactly("<o>[3,6)", "<c>[6,9)");
        assertThat(matcher.next("x<c><o>", 0, at -> true).passedOver()).isTrue();
        assertThat(matcher.next("x<o><c>", 0, at -> true).passedOver())
                .as("behind the match")
                .isFalse();
        assertThat(matcher.next("x<c>", 0, at -> true)).isEqualTo(new Match(null, 4, 4, true));
    }

    @Test
    void anEmptyTokenIsNeverFound() {
        assertThat(all(new AddedTokenMatcher(List.of(token("", "lr"))), "a b", AddedTokenMatcherTest::nothing))
                .isEmpty();
    }

    @Test
    void whatIsFoundIsTheLeftmostAndThenTheLongest() {
        Random random = new Random(4);
        String[] flags = {"", "c", "w", "l", "r", "lrw", "cw"};
        for (int i = 0; i < MANY; i++) {
            List<AddedToken> tokens = new ArrayList<>();
            for (int j = 1 + random.nextInt(4); j > 0; j--) {
                String content = text(random, 1 + random.nextInt(3));
                if (tokens.stream().noneMatch(known -> known.content().equals(content))) {
                    tokens.add(token(content, flags[random.nextInt(flags.length)]));
                }
            }
            String text = text(random, random.nextInt(12));
            int from = random.nextInt(text.length() + 1);
            int textual = random.nextInt(12);
            IntPredicate asText = at -> at % 3 == textual;

            assertThat(new AddedTokenMatcher(tokens).next(text, from, asText))
                    .as("%s in '%s' from %s", tokens, text, from)
                    .isEqualTo(slowly(tokens, text, from, asText));
        }
    }

    private static String text(Random random, int chars) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < chars; i++) {
            text.append("ab< -".charAt(random.nextInt(5)));
        }
        return text.toString();
    }

    /** Every place, every token: the definition. */
    private static Match slowly(List<AddedToken> tokens, String text, int from, IntPredicate asText) {
        boolean passedOver = false;
        for (int at = from; at < text.length(); at++) {
            int place = at;
            List<AddedToken> spelled = tokens.stream()
                    .filter(token -> text.startsWith(token.content(), place))
                    .toList();
            AddedToken best = spelled.stream()
                    .filter(token -> !token.special() || !asText.test(place))
                    .filter(token -> !token.singleWord()
                            || standsAlone(text, place, place + token.content().length()))
                    .max(Comparator.comparingInt(token -> token.content().length()))
                    .orElse(null);
            if (best != null) {
                int start = at;
                while (best.lstrip() && start > from && text.charAt(start - 1) == ' ') {
                    start--;
                }
                int end = at + best.content().length();
                while (best.rstrip() && end < text.length() && text.charAt(end) == ' ') {
                    end++;
                }
                return new Match(best, start, end, passedOver);
            }
            passedOver |= !spelled.isEmpty();
        }
        return new Match(null, text.length(), text.length(), passedOver);
    }

    private static boolean standsAlone(String text, int start, int end) {
        return (start == 0 || !Character.isLetter(text.charAt(start - 1)))
                && (end == text.length() || !Character.isLetter(text.charAt(end)));
    }
}
