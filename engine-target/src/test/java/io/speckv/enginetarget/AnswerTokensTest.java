package io.speckv.enginetarget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.enginetarget.dialect.AnswerEvent;
import io.speckv.enginetarget.dialect.AnswerEvent.Ending;
import io.speckv.enginetarget.dialect.Dialects;
import io.speckv.enginetarget.dialect.EngineFacts;
import io.speckv.enginetarget.dialect.EngineHints;
import io.speckv.enginetarget.dialect.EngineLogprobs;
import io.speckv.enginetarget.dialect.EngineRequest;
import io.speckv.enginetarget.dialect.EngineSampling;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerationFinished;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.proto.v1.TokenLogprobs;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A byte is a token here, and answers may have ten. */
class AnswerTokensTest {
    private static final Path BYTES =
            Path.of(System.getProperty("speckv.golden")).resolve("models/llama-target");
    private static final int MOST = 10;

    private final Tokenizer tokenizer = Tokenizer.open(BYTES);
    private final List<TokenDelta> sent = new ArrayList<>();

    @AfterEach
    void close() {
        tokenizer.close();
    }

    private static EngineSampling sampling(
            List<String> stops, List<Integer> stopTokens, boolean includeStop, int least, @Nullable Integer logprobs) {
        return new EngineSampling(
                MOST,
                0,
                0,
                1,
                0,
                1,
                0,
                0,
                null,
                stops,
                stopTokens,
                includeStop,
                least,
                Map.of(),
                false,
                logprobs,
                null);
    }

    private AnswerTokens answer(String kind, EngineSampling sampling) {
        EngineFacts facts = new EngineFacts(kind, "1", "m", "", 1000, 264);
        KnownEngine engine = new KnownEngine(Dialects.of(kind).orElseThrow(), facts);
        EngineRequest request = new EngineRequest("r", "m", new int[] {1, 2, 3}, sampling, EngineHints.NONE);
        return new AnswerTokens(new EngineOrder(engine, request, 30, MOST, 0, SpecialTokens.EXCLUDED), tokenizer);
    }

    private AnswerTokens answer() {
        return answer("vllm", sampling(List.of(), List.of(), false, 0, null));
    }

    private static AnswerEvent.Tokens bytes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int[] ids = new int[bytes.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = Byte.toUnsignedInt(bytes[i]);
        }
        return new AnswerEvent.Tokens(ids, List.of(), "");
    }

    private void take(AnswerTokens answer, String... pieces) {
        for (String piece : pieces) {
            answer.accept(bytes(piece));
            send(answer);
        }
    }

    private void send(AnswerTokens answer) {
        TokenDelta next = answer.next();
        if (next != null) {
            sent.add(next);
        }
    }

    /** Ends the answer as an engine does that counts its tokens. */
    private GenerationFinished finished(AnswerTokens answer, Ending ending, int counted) {
        answer.accept(new AnswerEvent.Ended(ending, ""));
        answer.accept(new AnswerEvent.Counted(counted, OptionalInt.empty()));
        answer.close();
        send(answer);
        return answer.finished().build();
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        sent.forEach(delta -> text.append(delta.getText()));
        return text.toString();
    }

    private int ids() {
        return sent.stream().mapToInt(TokenDelta::getTokenIdsCount).sum();
    }

    @Test
    void tokensLeaveWithTheirTextAndTheirPlace() {
        AnswerTokens answer = answer();
        take(answer, "Hi", "!");
        assertThat(sent).extracting(TokenDelta::getText).containsExactly("Hi", "!");
        assertThat(sent).extracting(TokenDelta::getFirstIndex).containsExactly(0, 2);
        assertThat(sent.get(0).getTokenIdsList()).containsExactly((int) 'H', (int) 'i');
        assertThat(answer.next()).as("nothing has come since").isNull();
        assertThat(answer.size()).isEqualTo(3);
    }

    @Test
    void theTextOfACharacterComesWithItsLastToken() {
        AnswerTokens answer = answer();
        int[] umlaut = bytes("é").ids();
        answer.accept(new AnswerEvent.Tokens(new int[] {umlaut[0]}, List.of(), ""));
        send(answer);
        answer.accept(new AnswerEvent.Tokens(new int[] {umlaut[1]}, List.of(), ""));
        send(answer);
        assertThat(sent).extracting(TokenDelta::getText).containsExactly("", "é");
        assertThat(sent).extracting(TokenDelta::getTokenIdsCount).containsExactly(1, 1);
    }

    @Test
    void aStopTextEndsTheAnswerWhereverItIsCut() {
        AnswerTokens answer = answer("vllm", sampling(List.of("lo"), List.of(), false, 0, null));
        take(answer, "he", "l", "lo!");
        assertThat(text()).isEqualTo("hel");
        assertThat(ids()).as("those of the stop text came, and none behind it").isEqualTo(5);
        assertThat(answer.mustBeStopped()).as("the engine goes on").isTrue();
        assertThat(answer.isComplete()).isTrue();
        GenerationFinished finished = answer.finished().build();
        assertThat(finished.getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
        assertThat(finished.getMatchedStop()).isEqualTo("lo");
        assertThat(finished.getUsage().getGeneratedTokenCount()).isEqualTo(5);
    }

    @Test
    void itMayBePartOfTheText() {
        take(answer("vllm", sampling(List.of("lo"), List.of(), true, 0, null)), "hello!");
        assertThat(text()).isEqualTo("hello");
    }

    @Test
    void aStopTokenEndsTheAnswerAndIsNoneOfItsTokens() {
        AnswerTokens without = answer("vllm", sampling(List.of("ox"), List.of((int) '!'), false, 0, null));
        take(without, "hello!?");
        assertThat(text()).as("text that was held back comes, too").isEqualTo("hello");
        assertThat(ids()).isEqualTo(5);
        assertThat(without.finished().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
        sent.clear();
        take(answer("vllm", sampling(List.of(), List.of((int) '!'), true, 0, null)), "hello!?");
        assertThat(text()).isEqualTo("hello!");
        assertThat(ids()).isEqualTo(5);
    }

    /** As our own target counts, and vLLM. */
    @Test
    void aStopTextCountsWhereItEndsBehindTheLeastNumberOfTokens() {
        AnswerTokens answer = answer("vllm", sampling(List.of("b"), List.of((int) '!'), false, 3, null));
        take(answer, "ab!b");
        assertThat(answer.isEnded()).as("the fourth token counts").isTrue();
        assertThat(text()).isEqualTo("ab!");
        sent.clear();
        AnswerTokens longer = answer("vllm", sampling(List.of("b"), List.of((int) '!'), false, 4, null));
        take(longer, "ab!b");
        assertThat(longer.isEnded()).isFalse();
        assertThat(text()).isEqualTo("ab!b");
        sent.clear();
        AnswerTokens across = answer("vllm", sampling(List.of("bc"), List.of(), false, 3, null));
        take(across, "a", "b", "b", "c");
        assertThat(across.isEnded()).as("it begins before, and ends behind").isTrue();
        assertThat(text()).isEqualTo("ab");
    }

    @Test
    void tokensBeyondWhatWasAskedForAreDropped() {
        AnswerTokens answer = answer();
        take(answer, "0123456789");
        assertThat(answer.isEnded()).isFalse();
        take(answer, "x");
        assertThat(answer.mustBeStopped()).isTrue();
        assertThat(text()).isEqualTo("0123456789");
        assertThat(answer.finished().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_MAX_NEW_TOKENS);
    }

    @Test
    void anEngineThatEndsEarlierHadNoMoreRoom() {
        AnswerTokens answer = answer();
        take(answer, "abc");
        GenerationFinished finished = finished(answer, Ending.LENGTH, 3);
        assertThat(finished.getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_CONTEXT_FULL);
        assertThat(finished.getUsage().getPromptTokenCount()).isEqualTo(30);
        assertThat(finished.getUsage().getKeptTokenCount()).isEqualTo(3);
        assertThat(finished.getUsage().hasCachedTokenCount()).isFalse();
        assertThat(finished.getTokenIdsFromText()).isFalse();
    }

    @Test
    void theEnginesEndIsCompleteWithItsCounts() {
        AnswerTokens answer = answer();
        take(answer, "abc");
        answer.accept(new AnswerEvent.Ended(Ending.END_OF_TEXT, ""));
        assertThat(answer.isEnded()).isTrue();
        assertThat(answer.isComplete()).isFalse();
        answer.accept(new AnswerEvent.Counted(4, OptionalInt.of(2)));
        assertThat(answer.isComplete()).isTrue();
        GenerationFinished finished = answer.finished().build();
        assertThat(finished.getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_END_OF_TEXT);
        assertThat(finished.getUsage().getGeneratedTokenCount())
                .as("without the end token")
                .isEqualTo(3);
        assertThat(finished.getUsage().getCachedTokenCount()).isEqualTo(2);
    }

    @Test
    void anAnswerWithoutAnEndHasNoLastMessage() {
        assertThatThrownBy(() -> answer().finished()).hasMessage("the answer has no end");
    }

    @Test
    void textThatMightHaveBeenAStopComesAtTheEnd() {
        AnswerTokens answer = answer("vllm", sampling(List.of("lo"), List.of(), false, 0, null));
        take(answer, "hel");
        assertThat(text()).isEqualTo("he");
        GenerationFinished finished = finished(answer, Ending.END_OF_TEXT, 3);
        assertThat(text()).isEqualTo("hel");
        assertThat(finished.getMatchedStop()).isEmpty();
    }

    @Test
    void textBehindTheEndIsNoPartOfTheAnswer() {
        AnswerTokens answer = answer("openai", sampling(List.of("\n\n"), List.of(), false, 0, null));
        answer.accept(List.of(new AnswerEvent.Text("a\n\n"), new AnswerEvent.Text("more words")));
        send(answer);

        assertThat(text()).isEqualTo("a");
        assertThat(ids())
                .isEqualTo(answer.size())
                .isEqualTo(tokenizer.encode("a\n\n", SpecialTokens.EXCLUDED).ids().length);
    }

    /** As our own target tells them: clients join the bytes of a character's parts, and find a token in the text by its offset. */
    @Test
    void loggedTokensHaveTheirBytesAndTheirPlaceInTheText() {
        AnswerTokens answer = answer("vllm", sampling(List.of(), List.of(), false, 0, 0));
        AnswerEvent.Tokens text = bytes("aéb");
        EngineLogprobs one = new EngineLogprobs(-0.5f, new int[0], new float[0]);
        answer.accept(new AnswerEvent.Tokens(text.ids(), Collections.nCopies(4, one), ""));
        send(answer);
        List<TokenLogprobs> logprobs = sent.get(0).getLogprobsList();

        assertThat(logprobs)
                .extracting(token -> token.getTokenBytes().byteAt(0))
                .containsExactly((byte) 'a', (byte) 0xc3, (byte) 0xa9, (byte) 'b');
        assertThat(logprobs).extracting(TokenLogprobs::getTextOffset).containsExactly(0, 1, 1, 2);
    }

    @Test
    void logProbabilitiesComeWithEachToken() {
        AnswerTokens answer = answer("vllm", sampling(List.of(), List.of(), false, 0, 1));
        EngineLogprobs one = new EngineLogprobs(-0.5f, new int[] {'b'}, new float[] {-0.25f});
        answer.accept(new AnswerEvent.Tokens(new int[] {'a'}, List.of(one), ""));
        send(answer);
        assertThat(sent.get(0).getLogprobsList()).singleElement().satisfies(logprobs -> {
            assertThat(logprobs.getLogprob()).isEqualTo(-0.5f);
            assertThat(logprobs.getText()).isEqualTo("a");
            assertThat(logprobs.getAlternatives(0).getText()).isEqualTo("b");
            assertThat(logprobs.getAlternatives(0).getLogprob()).isEqualTo(-0.25f);
        });
        AnswerEvent.Tokens lacking = new AnswerEvent.Tokens(new int[] {'a', 'b'}, List.of(one), "");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> answer.accept(lacking))
                .withMessage("1 log probabilities for 2 tokens");
    }

    @Test
    void ofAnEngineThatGivesTextTheTokensAreMadeOfIt() {
        AnswerTokens answer = answer("openai", sampling(List.of(), List.of(), false, 0, null));
        answer.accept(new AnswerEvent.Text("né"));
        send(answer);
        assertThat(ids()).isEqualTo(3);
        GenerationFinished finished = finished(answer, Ending.END_OF_TEXT, 2);
        assertThat(text()).isEqualTo("né");
        assertThat(finished.getTokenIdsFromText()).isTrue();
        assertThat(finished.getUsage().getGeneratedTokenCount())
                .as("as the engine counts")
                .isEqualTo(2);
    }

    @Test
    void aTokenThatStandsForSeveralOfOneCharacterIsReadByItsText() {
        AnswerTokens answer = answer("llama-cpp", sampling(List.of(), List.of(), false, 0, null));
        int last = bytes("é").ids()[1];
        answer.accept(new AnswerEvent.Tokens(new int[] {last}, List.of(), "é"));
        send(answer);
        assertThat(text()).isEqualTo("é");
        assertThat(ids()).isEqualTo(2);
        assertThat(finished(answer, Ending.END_OF_TEXT, 3).getTokenIdsFromText())
                .isTrue();
    }
}
