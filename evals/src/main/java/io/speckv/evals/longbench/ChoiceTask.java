package io.speckv.evals.longbench;

import io.speckv.evals.jsonl.JsonLine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Questions with four possible answers; the chosen letter is scored. */
enum ChoiceTask {
    /**
     * LongBench v2 without chain of thought; results are separate for its three lengths. Source: {@code pred.py} and
     * {@code 0shot.txt} of LongBench; differs in answering greedily.
     */
    LONGBENCH_V2("longbench_v2", 128, true, LongBenchPrompts.LONGBENCH_V2) {
        @Override
        LongBenchSample sample(JsonLine line) {
            List<String> options = new ArrayList<>();
            for (String key : List.of("choice_A", "choice_B", "choice_C", "choice_D")) {
                options.add(line.text(key).strip());
            }
            String length = line.text("length");
            if (!List.of("short", "medium", "long").contains(length)) {
                throw line.wrong("'length' is '" + length + "', must be short, medium or long");
            }
            return of(
                    length,
                    line.text("context").strip(),
                    line.text("question").strip(),
                    options,
                    ofLetters(line, line.text("answer").strip(), options));
        }

        @Override
        boolean chooses(String prediction, String letter, String option) {
            String plain = prediction.replace("*", "");
            Matcher bracketed = SAID_IN_BRACKETS.matcher(plain);
            Matcher bare = SAID.matcher(plain);
            if (bracketed.find()) {
                return bracketed.group(1).equals(letter);
            }
            return bare.find() && bare.group(1).equals(letter);
        }
    },
    /**
     * InfiniteBench's Code-Debug: which of four functions of a repository has an error. Source: its {@code prompt.py}, and the
     * rule of its {@code compute_scores.py}; differs in that blanks before an answer do not count, which the tokenizers of its
     * models leave out.
     */
    CODE_DEBUG("code_debug", 5, false, LongBenchPrompts.CODE_DEBUG) {
        @Override
        LongBenchSample sample(JsonLine line) {
            List<String> options = line.texts("options");
            if (options.size() != LETTERS.length()) {
                throw line.wrong("'options' has " + options.size() + " texts, must have 4");
            }
            List<String> answers =
                    line.object().path("answer").isTextual() ? List.of(line.text("answer")) : line.texts("answer");
            return of("", line.text("context"), "", options, letter(line, answers.get(0), options));
        }

        @Override
        boolean chooses(String prediction, String letter, String option) {
            String answer = prediction.strip();
            if (answer.startsWith(letter + ".") || answer.startsWith(letter + ":")) {
                return true;
            }
            String plain = NO_PART_OF_A_NAME.matcher(answer).replaceAll(" ").replaceAll(" +", " ");
            for (String before : BEFORE_THE_ANSWER) {
                int place = plain.indexOf(before);
                if (place >= 0) {
                    // One character stands between the two, a blank.
                    int begin = place + before.length() + 1;
                    return begin <= plain.length()
                            && (plain.startsWith(letter, begin) || plain.startsWith(option, begin));
                }
            }
            return false;
        }
    };

    private static final String LETTERS = "ABCD";
    private static final Pattern SAID_IN_BRACKETS = Pattern.compile("The correct answer is \\(([A-D])\\)");
    private static final Pattern SAID = Pattern.compile("The correct answer is ([A-D])");
    private static final Pattern PLACE = Pattern.compile("\\{(input|context|[A-D])\\}");

    /** What may introduce the answer to Code-Debug; the first one that occurs counts, in this order. */
    private static final List<String> BEFORE_THE_ANSWER = List.of("answer is:", "is:", "answer:");

    private static final Pattern NO_PART_OF_A_NAME = Pattern.compile("[\n`'\"*-]|[Oo]ption");

    private final String fileName;
    private final int maxNewTokens;
    private final boolean chat;
    private final String prompt;

    ChoiceTask(String fileName, int maxNewTokens, boolean chat, String prompt) {
        this.fileName = fileName;
        this.maxNewTokens = maxNewTokens;
        this.chat = chat;
        this.prompt = prompt;
    }

    /** Returns the name of its file without ending. */
    String fileName() {
        return fileName;
    }

    /** Returns the sample that a line holds. */
    abstract LongBenchSample sample(JsonLine line);

    /** Returns whether an answer chooses the option with this letter and text. */
    abstract boolean chooses(String prediction, String letter, String option);

    LongBenchSample of(String group, String context, String question, List<String> options, String letter) {
        Map<String, String> values = new HashMap<>(Map.of("input", question, "context", context));
        for (int i = 0; i < options.size(); i++) {
            values.put(LETTERS.substring(i, i + 1), options.get(i));
        }
        String filled = PLACE.matcher(prompt)
                .replaceAll(place -> Matcher.quoteReplacement(values.getOrDefault(place.group(1), "")));
        String right = options.get(LETTERS.indexOf(letter));
        return new LongBenchSample(
                group.isEmpty() ? fileName : fileName + " " + group,
                filled,
                chat,
                maxNewTokens,
                prediction -> chooses(prediction, letter, right) ? 1 : 0);
    }

    /** The letter that an answer is, also where an option reads like another letter; or that of one written out. */
    private static String ofLetters(JsonLine line, String answer, List<String> options) {
        return answer.length() == 1 && LETTERS.contains(answer) ? answer : letter(line, answer, options);
    }

    /** The letter of an answer that is written out or is a letter itself. */
    private static String letter(JsonLine line, String answer, List<String> options) {
        int place = options.indexOf(answer);
        if (place < 0 && answer.length() == 1) {
            place = LETTERS.indexOf(answer);
        }
        if (place < 0) {
            throw line.wrong("'answer' is '" + answer + "', must be one of the four options or its letter");
        }
        return LETTERS.substring(place, place + 1);
    }
}
