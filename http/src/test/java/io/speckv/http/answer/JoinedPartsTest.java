package io.speckv.http.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.answers.AnswerPart;
import io.speckv.answers.AnswerPart.Arguments;
import io.speckv.answers.AnswerPart.CallBegun;
import io.speckv.answers.AnswerPart.CallEnded;
import io.speckv.answers.AnswerPart.Reasoning;
import io.speckv.answers.AnswerPart.Text;
import java.util.List;
import org.junit.jupiter.api.Test;

class JoinedPartsTest {
    @Test
    void neighboursOfOneKindAreOne() {
        assertThat(JoinedParts.of(
                        List.of(new Reasoning("a"), new Reasoning("b"), new Text("c"), new Text("d"), new Text("e"))))
                .containsExactly(new Reasoning("ab"), new Text("cde"));
    }

    @Test
    void whatSomethingElseStandsBetweenStaysApart() {
        assertThat(JoinedParts.of(List.of(new Text("a"), new Reasoning("b"), new Text("c"))))
                .containsExactly(new Text("a"), new Reasoning("b"), new Text("c"));
        assertThat(JoinedParts.of(List.of(
                        new Text("a"), new CallBegun("look"), new Arguments("{}"), new CallEnded(true), new Text("b"))))
                .containsExactly(new Text("a"), new CallBegun("look"), new Text("b"));
    }

    @Test
    void ofACallOnlyItsBeginningRemains() {
        List<AnswerPart> call =
                List.of(new CallBegun("look"), new Arguments("{"), new Arguments("}"), new CallEnded(false));

        assertThat(JoinedParts.of(call)).containsExactly(new CallBegun("look"));
    }

    @Test
    void ofNothingIsNothing() {
        assertThat(JoinedParts.of(List.of())).isEmpty();
    }
}
