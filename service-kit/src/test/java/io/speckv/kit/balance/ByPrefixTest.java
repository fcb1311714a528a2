package io.speckv.kit.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.kit.balance.MemberChoice.Candidate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of every pool and every prefix. */
class ByPrefixTest {
    private static final int PREFIXES = 20_000;

    private final MemberChoice choice = new ByPrefix();

    private static List<Candidate> idle(int members) {
        return IntStream.range(0, members)
                .mapToObj(i -> new Candidate("[/10.0.0." + i + ":9002]", 0, 0))
                .toList();
    }

    private String chosen(List<Candidate> members, long prefix) {
        return members.get(choice.choose(members, prefix, (int) prefix)).name();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 16})
    void aPrefixHasItsMemberWhateverTheirOrderAndEachMemberItsShare(int members) {
        List<Candidate> shuffled = new ArrayList<>(idle(members));
        Random random = new Random(members);
        Map<String, Integer> counts = new HashMap<>();
        for (long prefix = 0; prefix < PREFIXES; prefix++) {
            String member = chosen(idle(members), prefix);
            Collections.shuffle(shuffled, random);
            assertThat(chosen(shuffled, prefix)).isEqualTo(member);
            counts.merge(member, 1, Integer::sum);
        }
        assertThat(counts).hasSize(members);
        assertThat(counts.values())
                .allSatisfy(
                        count -> assertThat(count * members / (double) PREFIXES).isBetween(0.9, 1.1));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 7, 16})
    void onlyThePrefixesOfAMemberThatLeavesOrJoinsMove(int members) {
        List<Candidate> all = idle(members);
        List<Candidate> fewer = all.subList(0, members - 1);
        String last = all.get(members - 1).name();
        int moved = 0;
        for (long prefix = 0; prefix < PREFIXES; prefix++) {
            String before = chosen(all, prefix);
            if (before.equals(last)) {
                moved++;
            } else {
                assertThat(chosen(fewer, prefix)).isEqualTo(before);
            }
        }
        assertThat(moved * members / (double) PREFIXES).isBetween(0.9, 1.1);
    }

    /** However many calls begin alike, no member has more than a quarter above the mean. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 16})
    void callsThatBeginAlikeOverloadNobody(int members) {
        Random random = new Random(members);
        int[] calls = new int[members];
        for (int total = 1; total <= 500; total++) {
            List<Candidate> now = IntStream.range(0, members)
                    .mapToObj(i -> new Candidate(idle(members).get(i).name(), calls[i], 0))
                    .toList();
            // Nearly all of them begin alike.
            long prefix = random.nextInt(10) == 0 ? random.nextLong() : 42;
            int chosen = choice.choose(now, prefix, total);
            calls[chosen]++;
            assertThat(calls[chosen]).isLessThanOrEqualTo((int) Math.ceil(1.25 * total / members));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 7})
    void aMemberThatHasJustRefusedIsLeftOutWhileAnotherCanBeAsked(int members) {
        for (long prefix = 0; prefix < 1000; prefix++) {
            String first = chosen(idle(members), prefix);
            List<Candidate> now = idle(members).stream()
                    .map(member -> member.name().equals(first) ? new Candidate(first, 1, 1) : member)
                    .toList();
            assertThat(chosen(now, prefix)).isNotEqualTo(first);
            List<Candidate> allRefuse = idle(members).stream()
                    .map(member -> new Candidate(member.name(), member.name().equals(first) ? 1 : 2, 1))
                    .toList();
            assertThat(chosen(allRefuse, prefix)).as("the least loaded").isEqualTo(first);
        }
    }
}
