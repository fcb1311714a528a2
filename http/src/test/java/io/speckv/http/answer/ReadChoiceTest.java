package io.speckv.http.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.answers.AnswerPart;
import io.speckv.proto.v1.AnswerMarks;
import io.speckv.proto.v1.AnswerPiece;
import io.speckv.proto.v1.AnswerPieces;
import io.speckv.proto.v1.CalledTool;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerateStarted;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.proto.v1.TokenLogprobs;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadChoiceTest {
    private static final String CALL = AskedAnswers.CALL;

    @Test
    void anAnswerIsTakenApartIntoTextReasoningAndCalls() {
        ReadChoice choice = AskedAnswers.said("<think>so</think>I look. " + CALL);

        assertThat(choice.reasoning()).isEqualTo("so");
        assertThat(choice.text()).isEqualTo("I look. ");
        assertThat(choice.calls()).hasSize(1).first().satisfies(call -> {
            assertThat(call.tool()).isEqualTo("look");
            assertThat(call.arguments()).isEqualTo("{\"at\": 1.50}");
            assertThat(call.whole()).isTrue();
        });
    }

    @Test
    void aCallComesAsItsBeginningItsArgumentsAndItsEnd() {
        ReadChoice choice = AskedAnswers.begun("", AskedAnswers.MARKS);

        assertThat(choice.grow(AskedAnswers.delta(CALL)))
                .containsExactly(
                        new AnswerPart.CallBegun("look"),
                        new AnswerPart.Arguments("{\"at\": 1.50}"),
                        new AnswerPart.CallEnded(true));
    }

    @Test
    void whatTheAnswerWasGivenIsReadAtItsStart() {
        ReadChoice choice = new ReadChoice(0, AskedAnswers.chat(""));
        AnswerMarks opened =
                AskedAnswers.MARKS.toBuilder().setPrefix("<think>First, ").build();

        assertThat(choice.start(
                        GenerateStarted.newBuilder().setAnswerMarks(opened).build()))
                .containsExactly(new AnswerPart.Reasoning("First, "));
        assertThat(choice.grow(AskedAnswers.delta("second"))).containsExactly(new AnswerPart.Reasoning("second"));
    }

    @Test
    void reasoningThatThePromptOpenedNeedsNoMark() {
        ReadChoice choice = AskedAnswers.begun(
                "", AskedAnswers.MARKS.toBuilder().setReasoningOpened(true).build());

        assertThat(choice.grow(AskedAnswers.delta("so</think>Hi")))
                .containsExactly(new AnswerPart.Reasoning("so"), new AnswerPart.Text("Hi"));
    }

    @Test
    void withoutMarksAllIsText() {
        ReadChoice choice = AskedAnswers.begun("", AnswerMarks.getDefaultInstance());
        var unused = choice.grow(AskedAnswers.delta("<think>so</think>" + CALL));
        unused = choice.finish(GenerateFinished.getDefaultInstance());

        assertThat(choice.text()).isEqualTo("<think>so</think>" + CALL);
        assertThat(choice.calls()).isEmpty();
    }

    @Test
    void ofSeveralCallsWhereOneIsAllowedTheFirstIsPassedOnAndTheOthersAreCounted() {
        ReadChoice choice = AskedAnswers.said(
                "'parallel_tool_calls': false", CALL + CALL + CALL + "done", FinishReason.FINISH_REASON_END_OF_TEXT);

        assertThat(choice.calls()).hasSize(1);
        assertThat(choice.droppedCalls()).isEqualTo(2);
        assertThat(choice.text()).as("text behind them stays").isEqualTo("done");
        assertThat(choice.parts())
                .filteredOn(part -> part instanceof AnswerPart.CallEnded)
                .hasSize(1);
    }

    @Test
    void aCallThatIsCutKeepsWhatCameAndCountsAsBroken() {
        ReadChoice choice = AskedAnswers.said(
                "'speckv': {'stream_tool_arguments': true}",
                "<tool_call>{\"name\": \"look\", \"arguments\": {\"at\": 1",
                FinishReason.FINISH_REASON_MAX_NEW_TOKENS);

        assertThat(choice.brokenCalls()).isEqualTo(1);
        assertThat(choice.droppedCalls()).isZero();
        assertThat(choice.calls().get(0).arguments()).isEqualTo("{\"at\": 1");
    }

    @ParameterizedTest(name = "{1} to {0}: {2}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "'top_k': 1; nothing; true",
                "'tool_choice': 'required'; nothing; false",
                "'tool_choice': 'required'; look; true",
                "'tool_choice': {'type': 'function', 'function': {'name': 'look'}}; look; true",
                "'tool_choice': {'type': 'function', 'function': {'name': 'write'}}; look; false",
                "'tool_choice': {'type': 'function', 'function': {'name': 'look'}}; nothing; false"
            })
    void whatWasAskedForIsACallAndOfTheToolThatWasNamed(String fields, String called, boolean met) {
        ReadChoice choice =
                AskedAnswers.said(fields, called.equals("look") ? CALL : "no", FinishReason.FINISH_REASON_END_OF_TEXT);

        assertThat(choice.hasCallsAsAsked()).isEqualTo(met);
    }

    @Test
    void aBrokenCallIsNoneThatWasAskedFor() {
        ReadChoice choice = AskedAnswers.said(
                "'tool_choice': 'required', 'speckv': {'stream_tool_arguments': true}",
                "<tool_call>{\"name\": \"look\", \"arguments\": {\"at\": 1",
                FinishReason.FINISH_REASON_MAX_NEW_TOKENS);

        assertThat(choice.hasCallsAsAsked()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "FINISH_REASON_UNSPECIFIED, false",
        "FINISH_REASON_END_OF_TEXT, false",
        "FINISH_REASON_STOP, false",
        "FINISH_REASON_MAX_NEW_TOKENS, true",
        "FINISH_REASON_CONTEXT_FULL, true"
    })
    void anAnswerIsCutByItsOwnLimitOrTheModels(FinishReason reason, boolean cut) {
        assertThat(AskedAnswers.said("", "Hi", reason).isCut()).isEqualTo(cut);
    }

    @Test
    void logProbabilitiesAreTakenOnce() {
        ReadChoice choice = AskedAnswers.begun("", AskedAnswers.MARKS);
        TokenDelta delta = AskedAnswers.delta("Hi").toBuilder()
                .addLogprobs(TokenLogprobs.newBuilder().setText("Hi"))
                .build();
        var unused = choice.grow(delta);
        unused = choice.grow(delta);

        assertThat(choice.takeLogprobs().getLogprobsCount()).isEqualTo(2);
        assertThat(choice.takeLogprobs().getLogprobsCount()).isZero();
    }

    @Test
    void ofPiecesThatARendererReadTheTextBesideThemIsNone() {
        ReadChoice choice = AskedAnswers.begun(
                "", AnswerMarks.newBuilder().setPiecesFollow(true).build());

        assertThat(choice.grow(AskedAnswers.delta("<odd>"))).isEmpty();
        assertThat(choice.read(AnswerPieces.newBuilder()
                        .addPieces(AnswerPiece.newBuilder().setText("I look."))
                        .addPieces(AnswerPiece.getDefaultInstance())
                        .addPieces(AnswerPiece.newBuilder()
                                .setCall(CalledTool.newBuilder().setTool("look").setArgumentsJson("{}")))
                        .build()))
                .as("of a kind that is not known yet, nothing")
                .isEqualTo(List.of(
                        new AnswerPart.Text("I look."),
                        new AnswerPart.CallBegun("look"),
                        new AnswerPart.Arguments("{}"),
                        new AnswerPart.CallEnded(true)));
    }

    /** A target may send many tokens at once. */
    @Test
    void tokensOfAPieceThatBeginsAndEndsReasoningCount() {
        ReadChoice choice = AskedAnswers.begun("", AskedAnswers.MARKS);
        var unused = choice.grow(AskedAnswers.delta("<think>so</think>Hi").toBuilder()
                .addTokenIds(8)
                .build());
        unused = choice.grow(AskedAnswers.delta(" there"));

        assertThat(choice.reasoningTokens()).isEqualTo(2);
    }

    @Test
    void anAnswerWithoutReasoningHasNoTokensOfIt() {
        AnswerMarks exact =
                AskedAnswers.MARKS.toBuilder().setReasoningEndTokenId(5).build();
        ReadChoice choice = AskedAnswers.begun("", exact);
        var unused = choice.grow(AskedAnswers.delta("Hi"));

        assertThat(choice.reasoningTokens()).isZero();
    }
}
