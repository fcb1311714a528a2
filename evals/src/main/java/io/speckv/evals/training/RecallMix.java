package io.speckv.evals.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/**
 * Generates recall sequences in RULER's wording, of an exact number of tokens: needles in a haystack, then questions, each
 * followed by its answer and the end token.
 */
final class RecallMix {
    /** How many needles a sequence hides. */
    enum Kind {
        SINGLE(64),
        FEW(64),
        ALL(64),
        VALUES(128),
        QUERIES(128),
        HEXADECIMAL(320);

        private final int shortest;

        Kind(int shortest) {
            this.shortest = shortest;
        }

        /** Tokens that a sequence of this kind needs. */
        int shortest() {
            return shortest;
        }
    }

    private static final float OTHER_WEIGHT = 0.1f;
    private static final double OTHER_SHARE = 0.05;
    private static final int QUESTION_FROM = 128;
    private static final int CHAT_FROM = 128;
    private static final int SEVERAL_FROM = 192;
    private static final String NOISE =
            "The grass is green. The sky is blue. The sun is yellow. Here we go. There and back again.";
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";

    private final TaskTokens text;
    private final String[] words;
    private final int[] prose;

    /**
     * @param words of which keys and noise are made, lower case
     * @param prose tokens of running text for haystacks
     */
    RecallMix(TaskTokens text, String[] words, int[] prose) {
        this.text = text;
        this.words = words;
        this.prose = prose;
    }

    /** Random tokens, later stretches of which repeat earlier ones; what repeats has weight 1. */
    Example copying(int length, Random random) {
        int[] tokens = new int[length];
        float[] weights = new float[length];
        int[] plain = text.plain();
        int filled = 0;
        while (filled < length) {
            int stretch = Math.min(4 + random.nextInt(13), length - filled);
            boolean repeats = filled >= 16 && random.nextInt(10) < 6;
            int from = repeats ? random.nextInt(filled - stretch < 1 ? 1 : filled - stretch) : 0;
            for (int i = 0; i < stretch; i++) {
                tokens[filled + i] = repeats ? tokens[from + i] : plain[random.nextInt(plain.length)];
                weights[filled + i] = repeats && i >= 2 ? 1 : 0;
            }
            filled += stretch;
        }
        if (length > 1 && allZero(weights)) {
            weights[length - 1] = OTHER_WEIGHT;
        }
        return new Example(tokens, weights, new boolean[length]);
    }

    /** A kind that fits the length; rarer for the ones that need room. */
    Kind kind(int length, Random random) {
        int draw = random.nextInt(20);
        if (length >= Kind.VALUES.shortest && draw < 4) {
            return Kind.VALUES;
        }
        if (length >= Kind.QUERIES.shortest && draw < 7) {
            return Kind.QUERIES;
        }
        if (length >= Kind.HEXADECIMAL.shortest && draw < 8) {
            return Kind.HEXADECIMAL;
        }
        return draw < 12 ? Kind.SINGLE : draw < 15 ? Kind.FEW : Kind.ALL;
    }

    /** A sequence of one kind; the same for the same state of {@code random}. */
    Example recall(int length, Kind kind, Random random) {
        Form form = form(length, random);
        List<Needle> needles = new ArrayList<>();
        List<Question> questions = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        int used = form.opening.length;
        int wanted = kind == Kind.SINGLE && random.nextInt(3) > 0
                ? 1
                : 1 + random.nextInt(Math.max(1, Math.min(8, length / 48)));
        while (questions.size() < wanted) {
            List<Needle> asked = asked(kind, keys, form, length, random);
            Question question = question(asked, kind, form, length, random);
            int cost = (questions.isEmpty() ? form.first : form.next).length
                    + question.tokens().length
                    + asked.stream().mapToInt(n -> n.tokens().length).sum();
            if (used + cost > length) {
                if (!questions.isEmpty()) {
                    break;
                }
                continue;
            }
            used += cost;
            needles.addAll(asked);
            questions.add(question);
        }
        int[] preface = preface(needles.get(0), kind);
        boolean prefaced = used + preface.length + 8 < length && random.nextInt(4) > 0;
        int room = length - used - (prefaced ? preface.length : 0);
        room = fill(needles, keys, kind, form, room, random);
        Pieces pieces = new Pieces();
        pieces.add(form.opening);
        if (prefaced) {
            pieces.add(preface);
        }
        pieces.add(haystack(needles, form, room, random));
        Collections.shuffle(questions, random);
        for (int i = 0; i < questions.size(); i++) {
            pieces.add(i == 0 ? form.first : form.next);
            pieces.add(questions.get(i));
        }
        return pieces.example(random);
    }

    /**
     * How a sequence is laid out.
     *
     * @param opening before everything
     * @param first before the first question
     * @param next before the others
     * @param end after an answer
     * @param line what parts two sentences of the haystack: a space, or a line end
     */
    @SuppressWarnings("ArrayRecordComponent")
    private record Form(boolean chat, int[] opening, int[] first, int[] next, int end, String line) {}

    private Form form(int length, Random random) {
        String line = random.nextBoolean() ? "\n" : " ";
        if (length < CHAT_FROM || random.nextInt(4) > 0) {
            return new Form(false, new int[0], new int[0], new int[0], text.end(), line);
        }
        int[] user = TaskTokens.join(List.of(new int[] {text.turnStart()}, text.fixed("user\n")));
        return new Form(
                true, user, text.fixed("\n"), TaskTokens.join(List.of(text.fixed("\n"), user)), text.turnEnd(), line);
    }

    /** A sequence as it grows, and which of its tokens are answers. */
    private static final class Pieces {
        private final List<int[]> tokens = new ArrayList<>();
        private final List<boolean[]> answers = new ArrayList<>();

        void add(int[] plain) {
            tokens.add(plain);
            answers.add(new boolean[plain.length]);
        }

        void add(Question question) {
            tokens.add(question.tokens());
            answers.add(question.answers());
        }

        Example example(Random random) {
            return RecallMix.example(TaskTokens.join(tokens), answers, random);
        }
    }

    private record Needle(String key, String value, String noun, int[] tokens) {}

    private record Question(int[] tokens, boolean[] answers) {}

    private static Example example(int[] tokens, List<boolean[]> marks, Random random) {
        boolean[] answers = new boolean[tokens.length];
        float[] weights = new float[tokens.length];
        int next = 0;
        for (boolean[] mark : marks) {
            for (boolean answer : mark) {
                answers[next] = answer;
                weights[next] = answer ? 1 : next > 0 && random.nextDouble() < OTHER_SHARE ? OTHER_WEIGHT : 0;
                next++;
            }
        }
        return new Example(tokens, weights, answers);
    }

    /** The needles one question asks for. */
    private List<Needle> asked(Kind kind, Set<String> keys, Form form, int length, Random random) {
        boolean hexadecimal = kind == Kind.HEXADECIMAL;
        int most = length < SEVERAL_FROM ? 2 : 4;
        int count = kind == Kind.VALUES || kind == Kind.QUERIES ? 2 + random.nextInt(most - 1) : 1;
        List<Needle> asked = new ArrayList<>();
        String key = key(keys, hexadecimal, random);
        for (int i = 0; i < count; i++) {
            asked.add(needle(key, hexadecimal, form, random));
            if (kind == Kind.QUERIES) {
                key = key(keys, hexadecimal, random);
            }
        }
        return asked;
    }

    private Needle needle(String key, boolean hexadecimal, Form form, Random random) {
        String noun = hexadecimal ? "uuids" : "numbers";
        String value = hexadecimal ? hexadecimal(random) : digits(random);
        List<int[]> pieces = List.of(
                text.fixed(form.line + "One of the special magic " + noun + " for"),
                text.encode(" " + key),
                text.fixed(" is:"),
                text.encode(" " + value),
                text.fixed("."));
        return new Needle(key, value, noun, TaskTokens.join(pieces));
    }

    private Question question(List<Needle> asked, Kind kind, Form form, int length, Random random) {
        Needle first = asked.get(0);
        boolean one = asked.size() == 1;
        List<String> keys = new ArrayList<>();
        for (Needle needle : kind == Kind.QUERIES ? asked : asked.subList(0, 1)) {
            keys.add(needle.key());
        }
        String noun = one ? first.noun().substring(0, first.noun().length() - 1) : first.noun();
        int[] query = text.encode(" " + listed(keys));
        List<int[]> prompt = new ArrayList<>();
        List<int[]> answer = new ArrayList<>();
        if (form.chat || (length >= QUESTION_FROM && random.nextBoolean())) {
            String ask = (one ? "What is the special magic " : "What are all the special magic ") + noun + " for";
            prompt.add(text.fixed(form.chat ? ask : "\n" + ask));
            prompt.add(query);
            prompt.add(text.fixed(" mentioned in the provided text?"));
        }
        if (form.chat) {
            prompt.add(new int[] {text.turnEnd()});
            prompt.add(text.fixed("\n"));
            prompt.add(new int[] {text.turnStart()});
            prompt.add(text.fixed("assistant\n"));
        }
        List<int[]> prefix = form.chat ? answer : prompt;
        prefix.add(text.fixed((form.chat ? "" : " ") + "The special magic " + noun + " for"));
        prefix.add(query);
        prefix.add(text.fixed(" mentioned in the provided text " + (one ? "is" : "are")));
        answer.add(text.encode(values(asked, kind) + "."));
        answer.add(new int[] {form.end});
        int[] before = TaskTokens.join(prompt);
        int[] tokens = TaskTokens.join(List.of(before, TaskTokens.join(answer)));
        boolean[] answers = new boolean[tokens.length];
        Arrays.fill(answers, before.length, tokens.length, true);
        return new Question(tokens, answers);
    }

    /** The values asked for; with several keys each after its key, which makes every one of them a recall of its own. */
    private static String values(List<Needle> asked, Kind kind) {
        List<String> values = new ArrayList<>();
        for (Needle needle : asked) {
            values.add(kind == Kind.QUERIES ? needle.key() + " is: " + needle.value() : needle.value());
        }
        return " " + String.join(", ", values);
    }

    /** RULER's list: "a, b, and c", and "a, and b". */
    private static String listed(List<String> keys) {
        if (keys.size() == 1) {
            return keys.get(0);
        }
        return String.join(", ", keys.subList(0, keys.size() - 1)) + ", and " + keys.get(keys.size() - 1);
    }

    private int[] preface(Needle needle, Kind kind) {
        boolean one = kind != Kind.VALUES && kind != Kind.QUERIES;
        String noun = one ? needle.noun().substring(0, needle.noun().length() - 1) : needle.noun();
        return text.fixed((one ? "A special magic " + noun + " is" : "Some special magic " + noun + " are")
                + " hidden within the following text. Make sure to memorize it. I will quiz you about the " + noun
                + " afterwards.\n");
    }

    /** Adds needles nobody asks for, and returns the room left. */
    private int fill(List<Needle> needles, Set<String> keys, Kind kind, Form form, int room, Random random) {
        int extra = switch (kind) {
            case SINGLE -> 0;
            case FEW, QUERIES, VALUES -> random.nextInt(4);
            case ALL, HEXADECIMAL -> Integer.MAX_VALUE;
        };
        int left = room;
        for (int i = 0; i < extra; i++) {
            boolean hexadecimal = kind == Kind.HEXADECIMAL;
            Needle needle = needle(key(keys, hexadecimal, random), hexadecimal, form, random);
            if (needle.tokens().length > left) {
                break;
            }
            needles.add(needle);
            left -= needle.tokens().length;
        }
        return left;
    }

    /** Needles at random places of {@code room} tokens of noise; those of one key stay in order. */
    private int[] haystack(List<Needle> needles, Form form, int room, Random random) {
        int[] noise = noise(form, room, random);
        Map<String, List<Needle>> byKey = new LinkedHashMap<>();
        List<String> order = new ArrayList<>();
        for (Needle needle : needles) {
            byKey.computeIfAbsent(needle.key(), key -> new ArrayList<>()).add(needle);
            order.add(needle.key());
        }
        Collections.shuffle(order, random);
        int[] cuts = random.ints(needles.size(), 0, room + 1).sorted().toArray();
        List<int[]> pieces = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < cuts.length; i++) {
            pieces.add(Arrays.copyOfRange(noise, from, cuts[i]));
            from = cuts[i];
            List<Needle> same = byKey.getOrDefault(order.get(i), List.of());
            pieces.add(same.remove(0).tokens());
        }
        pieces.add(Arrays.copyOfRange(noise, from, room));
        return TaskTokens.join(pieces);
    }

    private int[] noise(Form form, int room, Random random) {
        int[] noise = new int[room];
        int filled = 0;
        int style = random.nextInt(6);
        while (filled < room) {
            int[] piece = piece(style == 5 ? random.nextInt(5) : style, form, random);
            int count = Math.min(piece.length, room - filled);
            System.arraycopy(piece, 0, noise, filled, count);
            filled += count;
        }
        return noise;
    }

    private int[] piece(int style, Form form, Random random) {
        int[] plain = text.plain();
        return switch (style) {
            case 0, 1 -> text.fixed(form.line + NOISE);
            case 2 -> random.ints(32, 0, plain.length).map(i -> plain[i]).toArray();
            case 3 -> text.fixed(" " + words[random.nextInt(words.length)]);
            default -> {
                int from = random.nextInt(prose.length - 256);
                yield Arrays.copyOfRange(prose, from, from + 64 + random.nextInt(192));
            }
        };
    }

    private String key(Set<String> taken, boolean hexadecimal, Random random) {
        while (true) {
            String key = hexadecimal ? hexadecimal(random) : drawKey(random);
            if (taken.add(key)) {
                return key;
            }
        }
    }

    private String drawKey(Random random) {
        return switch (random.nextInt(10)) {
            case 0 -> digits(random);
            case 1, 2 -> letters(3 + random.nextInt(3), random);
            case 3, 4 -> words[random.nextInt(words.length)];
            default -> words[random.nextInt(words.length)] + "-" + words[random.nextInt(words.length)];
        };
    }

    private static String digits(Random random) {
        return Integer.toString(1_000_000 + random.nextInt(9_000_000));
    }

    private static String letters(int count, Random random) {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < count; i++) {
            letters.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return letters.toString();
    }

    /** A UUID as RULER writes its hard keys and values. */
    private static String hexadecimal(Random random) {
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    private static boolean allZero(float[] weights) {
        for (float weight : weights) {
            if (weight > 0) {
                return false;
            }
        }
        return true;
    }
}
