package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.proto.v1.GenerateRequest;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A draft of word pieces in front of a target of bytes. */
class OtherTokenizerTest {
    static final Path PIECES = RouterRig.MODEL.resolve("../../../models/speckv-tiny-draft");
    private static final String TEXT = "One of the special magic numbers for tame-boxspring is: 8601235.";

    @Test
    void lookaheadThatIsMoreTokensToTheTargetThanItTakesIsCut() {
        try (Tokenizer pieces = Tokenizer.open(PIECES);
                Tokenizer bytes = Tokenizer.open(RouterRig.MODEL);
                RouterRig rig = RouterRig.start("--tokenizer.draft=" + PIECES)) {
            int[] drafted = pieces.encode(" special magic numbers", SpecialTokens.EXCLUDED)
                    .ids();
            rig.draft.vocabSize = pieces.vocabSize();
            rig.draft.fingerprint = pieces.fingerprint();
            rig.draft.script = (request, observer) -> {
                IntStream.range(0, Math.min(drafted.length, FakeDraft.lookaheadTokens(request)))
                        .forEach(i -> observer.onNext(FakeDraft.lookahead(i, drafted[i])));
                observer.onNext(FakeDraft.summary(request.getTokenIds().getIdsCount(), drafted.length));
                observer.onCompleted();
            };
            GenerateRequest.Builder request = RouterRig.request("speckv");
            request.getPromptBuilder().setText(TEXT);
            RouterRig.await(
                    () -> {
                        rig.target.calls.clear();
                        rig.once(request.build());
                        return !rig.target.calls.element().lookahead().isEmpty();
                    },
                    "the draft is not asked");

            int[] whole = bytes.encode(" special magic numbers", SpecialTokens.EXCLUDED)
                    .ids();
            int most = rig.target.maxLookaheadTokens;
            assertThat(whole).hasSizeGreaterThan(most);
            assertThat(rig.target.calls.element().lookahead())
                    .containsExactlyElementsOf(
                            IntStream.of(whole).limit(most).boxed().toList());
        }
    }
}
