package io.speckv.bench.device;

import io.speckv.bench.device.Answers.Answer;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.PrefixCache;
import io.speckv.selection.cache.FullCache;
import java.io.IOException;
import java.util.Map;

/** Checks that a prompt that begins as an earlier one is answered as alone, and that its beginning is not read again. */
final class PrefixCheck implements Check {
    private static final int BEGINNING = 300;
    private static final int ANSWER = 16;
    private static final long MEMORY = 64L << 20;

    private final GoldenCases cases;
    private final ModelOptions options;

    PrefixCheck(GoldenCases cases, ModelOptions options) {
        this.cases = cases;
        this.options = options;
    }

    @Override
    public String name() {
        return "prefix reuse";
    }

    @Override
    public Seen run() throws IOException {
        try (DecoderModel model = DecoderModel.open(cases.model("llama-target"), options);
                PrefixCache prefixes = new PrefixCache(model, MEMORY)) {
            Answers answers = new Answers(model, ANSWER);
            int[] first = Answers.prompt(1, BEGINNING);
            int[] second = Answers.prompt(2, BEGINNING + 90);
            System.arraycopy(first, 0, second, 0, BEGINNING);
            answers.alone(first, new FullCache(), Answers.GREEDY, prefixes);
            Answer right = answers.alone(second, new FullCache(), Answers.GREEDY);
            Answer found = answers.alone(second, new FullCache(), Answers.GREEDY, prefixes);
            Expect.that(found.reused() > 0, "a prompt that shares " + BEGINNING + " tokens reuses none");
            Expect.equal("a prompt whose beginning is known", right.tokens(), found.tokens());
            return new Seen(
                    "%d of %d shared tokens reused, the answer is the same".formatted(found.reused(), BEGINNING),
                    Map.of("shared", BEGINNING, "reused", found.reused()));
        }
    }
}
