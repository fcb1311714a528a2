package io.speckv.cascade;

import io.speckv.selection.Lines;
import io.speckv.selection.ProtectedTokens;
import io.speckv.selection.method.Methods;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A story about requests, as text. Lines with {@code #} tell it; a line at the margin is a request or an event; the indented
 * lines below are what the run then does, and where it stands if that changed.
 */
final class Transcript {
    private static final String INDENT = "    ";
    private static final int FIRST_TOKEN = 100;

    private final List<String> told = new ArrayList<>();
    private CascadeRun run = new CascadeRun(request(Map.of()));
    private String state = "";

    private Transcript() {}

    /** Returns the story with what the run does in it. */
    static String retold(String story) {
        Transcript transcript = new Transcript();
        story.lines().filter(line -> !line.startsWith(INDENT)).forEach(transcript::tell);
        return String.join("\n", transcript.told) + "\n";
    }

    private void tell(String line) {
        told.add(line);
        if (line.isBlank() || line.startsWith("#")) {
            return;
        }
        if (line.startsWith("request ")) {
            run = new CascadeRun(request(settings(line)));
            tellState();
            return;
        }
        Narrator narrator = new Narrator();
        run.on(event(line)).forEach(effect -> effect.perform(narrator));
        narrator.lines().forEach(effect -> told.add(INDENT + effect));
        if (!state.equals(name(run.state()))) {
            tellState();
        } else if (narrator.lines().isEmpty()) {
            told.add(INDENT + "(nothing)");
        }
    }

    private void tellState() {
        state = name(run.state());
        told.add(INDENT + "now " + state);
    }

    private static String name(State state) {
        return state.getClass().getSimpleName();
    }

    private static Map<String, Object> settings(String line) {
        Map<String, Object> settings = new LinkedHashMap<>();
        for (String setting : line.substring("request ".length()).split(" ", -1)) {
            String[] parts = setting.split("=", 2);
            settings.put(parts[0], parts[1].matches("-?\\d+") ? (Object) Integer.valueOf(parts[1]) : parts[1]);
        }
        return settings;
    }

    /** Token 100 + i stands at position i. */
    private static CascadeRequest request(Map<String, Object> given) {
        Map<String, Object> settings = new LinkedHashMap<>(given);
        int prompt = (int) taken(settings, "prompt", 8);
        String method = (String) taken(settings, "method", "full");
        int newTokens = (int) taken(settings, "new_tokens", 6);
        int most = (int) taken(settings, "most_prompt_tokens", 100);
        int compressFrom = (int) taken(settings, "compress_from", 0);
        TargetAbilities target = taken(settings, "target", "ours").equals("ours")
                ? TargetAbilities.ALL
                : new TargetAbilities(false, false);
        String fallback = (String) taken(settings, "fallback", "fail");
        String goal = (String) taken(settings, "goal", "answer");
        return new CascadeRequest(
                IntStream.range(FIRST_TOKEN, FIRST_TOKEN + prompt).toArray(),
                stretches((String) taken(settings, "stretches", "0-" + prompt)),
                new int[0],
                Methods.of(method, settings),
                newTokens,
                most,
                target,
                compressFrom,
                fallback(fallback),
                goal.equals("answer") ? CascadeRequest.Goal.ANSWER : CascadeRequest.Goal.EXPLANATION,
                false);
    }

    /** From the first position to behind the last one, as in {@code 0-4,6-12}; {@code 6-12!} stays verbatim. */
    private static List<Stretch> stretches(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(stretch -> stretch(stretch.replace("!", "").split("-", 2), stretch.endsWith("!")))
                .toList();
    }

    private static Stretch stretch(String[] ends, boolean verbatim) {
        return new Stretch(
                Integer.parseInt(ends[0]), Integer.parseInt(ends[1]), ProtectedTokens.NONE, Lines.NONE, verbatim);
    }

    private static Object taken(Map<String, Object> settings, String key, Object otherwise) {
        Object value = settings.remove(key);
        return value == null ? otherwise : value;
    }

    private static Fallback fallback(String policy) {
        Map<String, Object> small = Map.of("max_capacity_prompt", 4, "window_size", 2, "kernel_size", 1);
        return switch (policy) {
            case "full" -> new Fallback.TargetAlone(Methods.of("full", Map.of()));
            case "full-or-snapkv" ->
                new Fallback.TargetAlone(List.of(Methods.of("full", Map.of()), Methods.of("snapkv", small)));
            case "full-but-snapkv-under-load" ->
                new Fallback.ByLoss(
                        new Fallback.TargetAlone(Methods.of("full", Map.of())),
                        new Fallback.TargetAlone(Methods.of("snapkv", small)));
            case "snapkv" -> new Fallback.TargetAlone(Methods.of("snapkv", small));
            case "ngram" -> new Fallback.Ngrams(Methods.of("speckv", small), 3);
            default -> new Fallback.Fail();
        };
    }

    private static Event event(String line) {
        String rest = line.replaceFirst("^[a-z]+ [a-z]+ ?", "");
        return switch (line.replaceFirst("^([a-z]+ [a-z]+).*$", "$1")) {
            case "turn comes" -> new Event.Admitted();
            case "draft scored" -> new Event.Scored(scores(rest));
            case "draft drafted" -> new Event.LookaheadGrew(tokens(rest));
            case "draft done" -> new Event.DraftDone(tokens(rest));
            case "ngrams guessed" -> new Event.DraftDone(tokens(rest));
            case "draft lost" -> {
                String[] why = rest.split(": ", 2);
                yield new Event.DraftLost(new Failure.WithoutDraft(DraftLoss.valueOf(why[0]), why[1]));
            }
            case "draft refuses" ->
                new Event.DraftLost(new Failure.Refused(
                        new IllegalArgumentException(rest.substring(1).trim())));
            case "target said" -> {
                int[] tokens = tokens(rest);
                yield new Event.Grew(new Words(tokens));
            }
            case "client reads" -> new Event.RoomCame();
            case "target finished" -> new Event.Finished();
            case "target lost" ->
                new Event.TargetLost(new IllegalStateException(rest.substring(1).trim()));
            case "target full" ->
                new Event.TargetLost(new IllegalStateException(rest.substring(1).trim()), true);
            case "driver breaks" ->
                new Event.Broke(new IllegalStateException(rest.substring(1).trim()));
            case "client left" -> new Event.ClientLeft();
            default -> throw new IllegalArgumentException("no event is called: " + line);
        };
    }

    private static int[] tokens(String text) {
        return words(text).stream().mapToInt(Integer::parseInt).toArray();
    }

    private static float[] scores(String text) {
        List<String> words = words(text);
        float[] scores = new float[words.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Float.parseFloat(words.get(i));
        }
        return scores;
    }

    private static List<String> words(String text) {
        return text.isBlank() ? List.of() : Arrays.asList(text.trim().split(" +", -1));
    }

    /** Tokens alone. */
    record Words(int[] tokens) implements AnswerPiece {
        @Override
        public int tokenCount() {
            return tokens.length;
        }
    }
}
