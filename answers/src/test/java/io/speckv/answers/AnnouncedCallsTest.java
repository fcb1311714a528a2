package io.speckv.answers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class AnnouncedCallsTest {
    private final AnnouncedCalls announced = new AnnouncedCalls(MatchedText.TOOLS, true);

    private void read(int characters) {
        for (int i = 0; i < characters; i++) {
            announced.advance();
        }
    }

    @Test
    void aDeclaredToolIsAnnouncedAndItsArgumentsFollow() {
        assertThat(announced.begin("ping", 0)).isTrue();
        announced.argue("{\"a\":", 0);
        announced.argue('1');
        announced.argue('}');
        announced.end(true);

        assertThat(announced.taken())
                .containsExactly(
                        new AnswerPart.CallBegun("ping"),
                        new AnswerPart.Arguments("{\"a\":1}"),
                        new AnswerPart.CallEnded(true));
        assertThat(announced.count()).isEqualTo(1);
    }

    @Test
    void aToolThatNobodyDeclaredIsNot() {
        assertThat(announced.begin("other", 0)).isFalse();
        announced.argue('{');
        announced.argue("}", 0);
        announced.end(true);

        assertThat(announced.taken()).isEmpty();
        assertThat(announced.count()).isZero();
    }

    @Test
    void aRequestThatTakesWholeCallsGetsNoneEarly() {
        AnnouncedCalls unwanted = new AnnouncedCalls(MatchedText.TOOLS, false);

        assertThat(unwanted.begin("ping", 0)).isFalse();
        unwanted.argue('{');
        unwanted.end(false);

        assertThat(unwanted.wanted()).isFalse();
        assertThat(unwanted.taken()).isEmpty();
    }

    @Test
    void whatWasTakenDoesNotComeAgain() {
        assertThat(announced.begin("ping", 0)).isTrue();
        announced.argue("{", 0);
        assertThat(announced.taken()).containsExactly(new AnswerPart.CallBegun("ping"), new AnswerPart.Arguments("{"));
        assertThat(announced.taken()).isEmpty();
        announced.argue("}", 0);
        assertThat(announced.taken()).containsExactly(new AnswerPart.Arguments("}"));
    }

    @Test
    void theNextCallOfAnArrayCompletesTheOneBefore() {
        assertThat(announced.begin("ping", 0)).isTrue();
        announced.argue("{}", 0);
        assertThat(announced.begin("look", 0)).isTrue();
        announced.argue("{", 0);
        announced.end(false);

        assertThat(announced.taken())
                .containsExactly(
                        new AnswerPart.CallBegun("ping"),
                        new AnswerPart.Arguments("{}"),
                        new AnswerPart.CallEnded(true),
                        new AnswerPart.CallBegun("look"),
                        new AnswerPart.Arguments("{"),
                        new AnswerPart.CallEnded(false));
        assertThat(announced.count()).isEqualTo(2);
    }

    @Test
    void aSecondCallThatCannotBeAnnouncedLeavesTheFirstOpen() {
        assertThat(announced.begin("ping", 0)).isTrue();
        assertThat(announced.begin("other", 0)).isFalse();
        announced.argue('{');

        assertThat(announced.taken()).containsExactly(new AnswerPart.CallBegun("ping"), new AnswerPart.Arguments("{"));
    }

    @Test
    void aCallEndsOnce() {
        assertThat(announced.begin("ping", 0)).isTrue();
        announced.end(true);
        announced.end(false);
        announced.argue('x');

        assertThat(announced.taken()).containsExactly(new AnswerPart.CallBegun("ping"), new AnswerPart.CallEnded(true));
    }

    @Test
    void charactersBehindAreThoseSinceTheLastThatACallHas() {
        read(7);
        assertThat(announced.behind()).as("before any call").isEqualTo(7);
        assertThat(announced.begin("ping", 1)).isTrue();
        assertThat(announced.behind())
                .as("the head's last one is not of the call yet")
                .isEqualTo(1);
        announced.argue('{');
        assertThat(announced.behind()).isZero();
        read(3);
        assertThat(announced.behind()).isEqualTo(3);
        announced.argue("\"a\"", 2);
        assertThat(announced.behind()).isEqualTo(2);
    }

    @Test
    void argumentsOfNoCallChangeNothing() {
        read(4);
        announced.argue("x", 0);
        announced.argue('y');

        assertThat(announced.behind()).isEqualTo(4);
        assertThat(announced.taken()).isEmpty();
    }
}
