package io.speckv.http.answer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.speckv.answers.AnswerPart.Text;
import io.speckv.proto.v1.AlternativeToken;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.proto.v1.TokenLogprobs;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Choices as OpenAI's reference of completions has them. */
class CompletionChoicesTest {
    private final CompletionChoices choices = new CompletionChoices();

    private String logprobs(int id, TokenLogprobs.Builder token) {
        return choices.logprobs(TokenDelta.newBuilder()
                        .addTokenIds(id)
                        .addLogprobs(token)
                        .build())
                .toString()
                .replace('"', '\'');
    }

    private static AlternativeToken.Builder alternative(int id, String text, float logprob) {
        return AlternativeToken.newBuilder()
                .setTokenId(id)
                .setText(text)
                .setTokenBytes(ByteString.copyFromUtf8(text))
                .setLogprob(logprob);
    }

    @Test
    void aStreamBeginsWithItsFirstText() {
        assertThat(choices.beginning(0)).isEmpty();
        assertThat(choices.parts(1, List.of(new Text("a"), new Text("b")), List.of()))
                .extracting(choice ->
                        choice.get("index").asInt() + choice.get("text").asText())
                .containsExactly("1a", "1b");
        assertThat(choices.last(1).get("text").asText()).isEmpty();
        assertThat(choices.object(true)).isEqualTo(choices.object(false)).isEqualTo("text_completion");
    }

    @Test
    void theChosenTokenIsAmongTheAlternatives() {
        TokenLogprobs.Builder token =
                TokenLogprobs.newBuilder().setText("a").setLogprob(-2).setTextOffset(3);

        assertThat(logprobs(7, token.clone().addAlternatives(alternative(8, "b", -0.5f))))
                .isEqualTo("{'tokens':['a'],'token_logprobs':[-2.0],'top_logprobs':[{'b':-0.5,'a':-2.0}],"
                        + "'text_offset':[3]}");
        assertThat(logprobs(7, token.clone().addAlternatives(alternative(7, "a", -2))))
                .as("once")
                .contains("'top_logprobs':[{'a':-2.0}]");
        assertThat(logprobs(7, token)).as("where any were asked for").contains("'top_logprobs':[{}]");
    }

    @Test
    void tokensOfOneTextAreToldApartByTheirIds() {
        TokenLogprobs.Builder token = TokenLogprobs.newBuilder()
                .setText("a")
                .setLogprob(-2)
                .addAlternatives(alternative(8, "a", -0.5f))
                .addAlternatives(alternative(9, "a", -1));

        assertThat(logprobs(7, token)).contains("'top_logprobs':[{'a':-0.5,'token_id:9':-1.0,'token_id:7':-2.0}]");
    }

    @Test
    void aPartOfACharacterIsWrittenAsItsBytes() {
        TokenLogprobs.Builder part = TokenLogprobs.newBuilder()
                .setText("\uFFFD")
                .setTokenBytes(ByteString.copyFrom(new byte[] {(byte) 0xE2, 0x0A}));

        assertThat(logprobs(7, part)).contains("'tokens':['bytes:\\\\xe2\\\\x0a']");
        assertThat(logprobs(7, part.clone().setTokenBytes(ByteString.copyFromUtf8("\uFFFD"))))
                .as("the character itself")
                .contains("'tokens':['\uFFFD']");
    }

    @Test
    void whereATokenBeginsIsUnknownToOldTargets() {
        assertThat(logprobs(7, TokenLogprobs.newBuilder().setText("a"))).contains("'text_offset':[null]");
    }
}
