package io.speckv.http.answer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.speckv.answers.AnswerPart;
import io.speckv.answers.AnswerPart.Arguments;
import io.speckv.answers.AnswerPart.CallBegun;
import io.speckv.answers.AnswerPart.CallEnded;
import io.speckv.answers.AnswerPart.Reasoning;
import io.speckv.answers.AnswerPart.Text;
import io.speckv.proto.v1.AlternativeToken;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.proto.v1.TokenLogprobs;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Choices as OpenAI's reference of chat completions has them. */
class ChatChoicesTest {
    private final ChatChoices choices = new ChatChoices();

    private static String quoted(Object json) {
        return json.toString().replace('"', '\'');
    }

    private List<String> deltas(List<AnswerPart> parts, ToolCall... calls) {
        return choices.parts(0, parts, List.of(calls)).stream()
                .map(choice -> quoted(choice.get("delta")))
                .toList();
    }

    @Test
    void aStreamBeginsWithTheRoleAndEndsWithNothing() {
        assertThat(quoted(choices.beginning(2).orElseThrow()))
                .isEqualTo(
                        "{'index':2,'logprobs':null,'finish_reason':null,'delta':{'role':'assistant','content':''}}");
        assertThat(quoted(choices.last(2).get("delta"))).isEqualTo("{}");
        assertThat(choices.object(true)).isEqualTo("chat.completion.chunk");
        assertThat(choices.object(false)).isEqualTo("chat.completion");
    }

    @Test
    void reasoningStandsUnderBothOfItsNames() {
        assertThat(deltas(List.of(new Text("a"), new Reasoning("b"))))
                .containsExactly("{'content':'a'}", "{'reasoning_content':'b','reasoning':'b'}");
    }

    /** Clients take a call's place from its first delta and join the arguments of those with the same place. */
    @Test
    void aCallIsNamedAndItsArgumentsFollowAtItsPlace() {
        ToolCall first = new ToolCall("call_1", "look", "{}", true);
        ToolCall second = new ToolCall("call_2", "write", "", false);

        assertThat(deltas(List.of(new CallBegun("write"), new Arguments("{\"n\":")), first, second))
                .containsExactly(
                        "{'tool_calls':[{'index':1,'id':'call_2','type':'function','function':{'name':'write','arguments':''}}]}",
                        "{'tool_calls':[{'index':1,'function':{'arguments':'{\\'n\\':'}}]}");
    }

    @Test
    void partsThatOnlyContinueACallAreOfTheLastOne() {
        ToolCall first = new ToolCall("call_1", "look", "{}", true);
        ToolCall second = new ToolCall("call_2", "write", "", false);

        assertThat(deltas(List.of(new Arguments("1}"), new CallEnded(true)), first, second))
                .containsExactly("{'tool_calls':[{'index':1,'function':{'arguments':'1}'}}]}");
    }

    @Test
    void anAnswerWithoutTextHasNoContentIfThereIsAnythingElse() {
        assertThat(choices.whole(AskedAnswers.said(AskedAnswers.CALL))
                        .at("/message/content")
                        .isNull())
                .isTrue();
        assertThat(quoted(choices.whole(AskedAnswers.said("<think>so</think>")).get("message")))
                .isEqualTo(
                        "{'role':'assistant','content':null,'refusal':null,'reasoning_content':'so','reasoning':'so'}");
        assertThat(quoted(choices.whole(AskedAnswers.said("")).get("message")))
                .as("an empty answer is an empty text")
                .isEqualTo("{'role':'assistant','content':'','refusal':null}");
    }

    @Test
    void textStandsBesideCalls() {
        assertThat(quoted(choices.whole(AskedAnswers.said("I look. " + AskedAnswers.CALL))
                                .get("message"))
                        .replaceAll("call_\\w{24}", "call_"))
                .isEqualTo("{'role':'assistant','content':'I look. ','refusal':null,'tool_calls':[{'id':'call_',"
                        + "'type':'function','function':{'name':'look','arguments':'{\\'at\\': 1.50}'}}]}");
    }

    private String bytes(String text, byte... sent) {
        TokenLogprobs.Builder token = TokenLogprobs.newBuilder().setText(text).setTokenBytes(ByteString.copyFrom(sent));
        return choices.logprobs(TokenDelta.newBuilder().addLogprobs(token).build())
                .at("/content/0/bytes")
                .toString();
    }

    @Test
    void aTokenHasItsBytesOrThoseOfItsText() {
        assertThat(bytes("\uFFFD", (byte) 0xE2, (byte) 0x80)).isEqualTo("[226,128]");
        assertThat(bytes("é")).as("from a target that sends none").isEqualTo("[195,169]");
        assertThat(bytes("\uFFFD"))
                .as("nobody knows those of a part of a character")
                .isEqualTo("null");
    }

    @Test
    void alternativesAreInTheOrderOfTheTarget() {
        TokenLogprobs token = TokenLogprobs.newBuilder()
                .setText("a")
                .setLogprob(-1)
                .addAlternatives(AlternativeToken.newBuilder().setText("b").setLogprob(-0.5f))
                .addAlternatives(AlternativeToken.newBuilder().setText("a").setLogprob(-1))
                .build();

        assertThat(quoted(choices.logprobs(
                        TokenDelta.newBuilder().addLogprobs(token).build())))
                .isEqualTo("{'content':[{'token':'a','logprob':-1.0,'bytes':[97],'top_logprobs':["
                        + "{'token':'b','logprob':-0.5,'bytes':[98]},{'token':'a','logprob':-1.0,'bytes':[97]}]}],"
                        + "'refusal':null}");
    }
}
