package io.speckv.bench.device;

import io.speckv.engine.YieldPoint;
import io.speckv.engine.generate.Prefilled;
import io.speckv.engine.generate.TargetPrefill;
import io.speckv.engine.generate.TargetPrompt;
import io.speckv.engine.generate.TokenChoice;
import io.speckv.engine.sampling.Greedy;
import io.speckv.engine.torch.DecodeStep;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.KvArena;
import io.speckv.engine.torch.KvSlot;
import io.speckv.engine.torch.PrefixCache;
import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.cache.KeptKeys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Answers of an open model to prompts of ids, alone or together. */
final class Answers {
    static final TokenChoice GREEDY = (logits, generated) -> Greedy.token(logits);
    private static final int VOCABULARY = 250;

    /**
     * One answer.
     *
     * @param firstLogits after the prompt {@code [vocabSize]}
     * @param kept per layer; empty where nothing was evicted
     * @param reused tokens of the prompt that a prefix cache knew
     */
    record Answer(int[] tokens, float[] firstLogits, List<KeptKeys> kept, int reused) {}

    private final DecoderModel model;
    private final int length;

    /**
     * @param length of every answer
     */
    Answers(DecoderModel model, int length) {
        this.model = model;
        this.length = length;
    }

    /** Returns random ids that every golden model knows; the same for the same seed. */
    static int[] prompt(int seed, int tokens) {
        return new Random(seed).ints(tokens, 0, VOCABULARY).toArray();
    }

    Answer alone(int[] prompt, CachePolicy policy, TokenChoice choice) {
        return alone(prompt, policy, choice, null);
    }

    Answer alone(int[] prompt, CachePolicy policy, TokenChoice choice, @Nullable PrefixCache prefixes) {
        return decode(List.of(prompt), policy, choice, prefixes).get(0);
    }

    List<Answer> together(List<int[]> prompts, CachePolicy policy, TokenChoice choice) {
        return decode(prompts, policy, choice, null);
    }

    private List<Answer> decode(
            List<int[]> prompts, CachePolicy policy, TokenChoice choice, @Nullable PrefixCache prefixes) {
        int longest = prompts.stream().mapToInt(prompt -> prompt.length).max().orElseThrow();
        try (KvArena arena = model.newArena(prompts.size(), longest + length)) {
            List<KvSlot> slots = new ArrayList<>();
            List<Prefilled> prefilled = new ArrayList<>();
            int[][] answers = new int[prompts.size()][];
            for (int i = 0; i < answers.length; i++) {
                KvSlot slot = arena.take();
                TargetPrompt prompt = TargetPrompt.contiguous(prompts.get(i), policy, new int[0], false);
                Prefilled read = new TargetPrefill(model, prefixes).run(slot, prompt, choice, YieldPoint.NONE);
                slots.add(slot);
                prefilled.add(read);
                answers[i] = read.tokens();
            }
            // An answer may already contain tokens that the target drafted itself; such answers are decoded alone.
            while (answers[0].length < length) {
                int[] pending = Arrays.stream(answers)
                        .mapToInt(answer -> answer[answer.length - 1])
                        .toArray();
                float[][] logits = DecodeStep.run(model, slots, pending);
                for (int i = 0; i < answers.length; i++) {
                    int token = choice.choose(logits[i], answers[i]);
                    answers[i] = append(answers[i], token);
                }
            }
            List<Answer> all = new ArrayList<>();
            for (int i = 0; i < answers.length; i++) {
                Prefilled read = prefilled.get(i);
                all.add(new Answer(answers[i], read.logits()[0], read.kept(), read.reusedTokens()));
            }
            return all;
        }
    }

    private static int[] append(int[] tokens, int token) {
        int[] more = Arrays.copyOf(tokens, tokens.length + 1);
        more[tokens.length] = token;
        return more;
    }
}
