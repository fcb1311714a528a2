package io.speckv.training.bpe;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Learns the merges of a {@link BpeVocabulary} from texts. The most frequent pair is always merged next.
 *
 * <p>Ties go to the pair whose left id, then right id, is lower, so the same texts in any order give the same vocabulary. A
 * merge updates pair counts only in the words that it touches, and outdated entries of the queue are counted again when they
 * surface. So a few megabytes take seconds.
 */
public final class BpeTrainer {
    private final BpeSettings settings;
    private final List<int[]> words = new ArrayList<>();
    private final List<Integer> lengths = new ArrayList<>();
    private final List<Long> counts = new ArrayList<>();
    private final Map<Long, Long> pairCounts = new HashMap<>();
    private final Map<Long, Set<Integer>> wordsOfPair = new HashMap<>();
    private final PriorityQueue<Candidate> queue = new PriorityQueue<>(
            Comparator.comparingLong(Candidate::count).reversed().thenComparingLong(Candidate::pair));

    private record Candidate(long pair, long count) {}

    private BpeTrainer(BpeSettings settings) {
        this.settings = settings;
    }

    /**
     * Returns the vocabulary of {@code texts}; it is smaller than asked for if no pair is left that occurs
     * {@code pairCountMin} times.
     */
    public static BpeVocabulary train(Iterable<String> texts, BpeSettings settings) {
        BpeTrainer trainer = new BpeTrainer(settings);
        trainer.countWords(texts);
        return new BpeVocabulary(trainer.learn(), settings.specialTokens());
    }

    private void countWords(Iterable<String> texts) {
        Map<String, Long> wordCounts = new HashMap<>();
        for (String text : texts) {
            PreTokenizer.split(text, piece -> wordCounts.merge(piece, 1L, Long::sum));
        }
        wordCounts.forEach((word, count) -> {
            byte[] bytes = ByteAlphabet.utf8(word);
            int[] ids = new int[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                ids[i] = Byte.toUnsignedInt(bytes[i]);
            }
            words.add(ids);
            lengths.add(ids.length);
            counts.add(count);
            addPairs(words.size() - 1);
        });
        pairCounts.forEach((pair, count) -> queue.add(new Candidate(pair, count)));
    }

    private List<Merge> learn() {
        int wanted = settings.vocabularySize()
                - BpeVocabulary.BYTES
                - settings.specialTokens().size();
        List<Merge> merges = new ArrayList<>(wanted);
        while (merges.size() < wanted && !queue.isEmpty()) {
            Candidate best = queue.remove();
            long count = pairCounts.getOrDefault(best.pair(), 0L);
            if (count != best.count()) {
                continue; // outdated; the change of its count has queued the pair again
            }
            if (count < settings.pairCountMin()) {
                break;
            }
            Merge merge = Merge.ofKey(best.pair());
            apply(merge, BpeVocabulary.BYTES + merges.size());
            merges.add(merge);
        }
        return merges;
    }

    private void apply(Merge merge, int joined) {
        Set<Long> changed = new HashSet<>();
        for (int word : new ArrayList<>(wordsOfPair.getOrDefault(merge.key(), Set.of()))) {
            changed.addAll(removePairs(word));
            lengths.set(word, Merging.replace(words.get(word), lengths.get(word), merge, joined));
            changed.addAll(addPairs(word));
        }
        for (long pair : changed) {
            long count = pairCounts.getOrDefault(pair, 0L);
            if (count > 0) {
                queue.add(new Candidate(pair, count));
            }
        }
    }

    private Set<Long> addPairs(int word) {
        Set<Long> pairs = new HashSet<>();
        int[] ids = words.get(word);
        for (int i = 0; i + 1 < lengths.get(word); i++) {
            long pair = Merge.key(ids[i], ids[i + 1]);
            pairs.add(pair);
            pairCounts.merge(pair, counts.get(word), Long::sum);
        }
        for (long pair : pairs) {
            wordsOfPair.computeIfAbsent(pair, unused -> new HashSet<>()).add(word);
        }
        return pairs;
    }

    private Set<Long> removePairs(int word) {
        Set<Long> pairs = new HashSet<>();
        int[] ids = words.get(word);
        for (int i = 0; i + 1 < lengths.get(word); i++) {
            long pair = Merge.key(ids[i], ids[i + 1]);
            pairs.add(pair);
            pairCounts.merge(pair, -counts.get(word), Long::sum);
        }
        for (long pair : pairs) {
            wordsOfPair.getOrDefault(pair, Set.of()).remove(word);
        }
        return pairs;
    }
}
