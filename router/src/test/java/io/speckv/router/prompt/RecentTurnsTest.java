package io.speckv.router.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecentTurnsTest {
    private static final int ANSWER = 3;
    private static final int MOST = 100;

    /** Turns of these lengths with an answer of {@value #ANSWER} tokens behind each but the last. */
    private static List<ChatTurn> turns(int... lengths) {
        List<ChatTurn> turns = new ArrayList<>();
        int start = 0;
        for (int length : lengths) {
            turns.add(new ChatTurn(start, start + length, 2 * turns.size() + 1));
            start += length + ANSWER;
        }
        return turns;
    }

    private static int aged(int... lengths) {
        return new RecentTurns(MOST).aged(turns(lengths));
    }

    private static int[] random(Random random) {
        return random.ints(1 + random.nextInt(40), 1, random.nextBoolean() ? MOST + 20 : 12)
                .toArray();
    }

    @Test
    void turnsStayWhileTogetherTheyFit() {
        assertThat(aged(60)).isZero();
        assertThat(aged(60, 37)).isZero();
    }

    @Test
    void theOldestAgeUntilHalfIsLeft() {
        assertThat(aged(60, 38)).isEqualTo(1);
        assertThat(aged(20, 20, 20, 20, 20))
                .as("20 + 3 + 20 are within half of 100")
                .isEqualTo(3);
    }

    @Test
    void aLastTurnThatFitsStaysAlsoWhereItIsLongerThanHalf() {
        assertThat(aged(30, 80)).isEqualTo(1);
        assertThat(aged(30, 100)).isEqualTo(1);
    }

    @Test
    void aLastTurnThatIsTooLongAgesAtOnce() {
        assertThat(aged(101)).isEqualTo(1);
        assertThat(aged(30, 101)).isEqualTo(2);
        assertThat(aged(30, 101, 20)).isEqualTo(2);
    }

    @Test
    void withoutRecentTokensEveryTurnHasAged() {
        assertThat(new RecentTurns(0).aged(turns(1, 2, 3))).isEqualTo(3);
    }

    @Test
    void aTurnNeverGetsYoungAgainAndWhatIsRecentFits() {
        Random random = new Random(1);
        for (int i = 0; i < 500; i++) {
            int before = 0;
            List<ChatTurn> chat = turns(random(random));
            for (int last = 1; last <= chat.size(); last++) {
                List<ChatTurn> turns = chat.subList(0, last);
                int aged = new RecentTurns(MOST).aged(turns);
                assertThat(aged).isBetween(before, last);
                if (aged < last) {
                    assertThat(turns.get(last - 1).end() - turns.get(aged).start())
                            .isLessThanOrEqualTo(MOST);
                }
                before = aged;
            }
        }
    }

    @Test
    void shortTurnsAgeInBlocksOfAtLeastHalf() {
        int[] lengths = new Random(2).ints(200, 1, 10).toArray();
        List<ChatTurn> chat = turns(lengths);
        int before = 0;
        for (int last = 1; last <= chat.size(); last++) {
            int aged = new RecentTurns(MOST).aged(chat.subList(0, last));
            if (aged > before) {
                int block = chat.get(aged).start() - chat.get(before).start();
                assertThat(block).isGreaterThanOrEqualTo(MOST / 2);
            }
            before = aged;
        }
        assertThat(before).isPositive();
    }
}
