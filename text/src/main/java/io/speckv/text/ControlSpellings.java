package io.speckv.text;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds the spellings of control tokens in text: the leftmost, of those the longest, as Hugging Face matches them. */
final class ControlSpellings {
    private final List<String> longestFirst;
    private final Set<Character> firstChars;

    ControlSpellings(Set<String> spellings) {
        longestFirst = spellings.stream()
                .filter(spelling -> !spelling.isEmpty())
                .sorted(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()))
                .toList();
        firstChars = longestFirst.stream().map(spelling -> spelling.charAt(0)).collect(Collectors.toUnmodifiableSet());
    }

    /** Returns whether any spelling occurs. */
    boolean occursIn(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (indexAt(text, i) >= 0) {
                return true;
            }
        }
        return false;
    }

    /** Returns the number of the spelling that begins at an index of the text; -1 if none does. */
    int indexAt(String text, int at) {
        if (firstChars.contains(text.charAt(at))) {
            for (int i = 0; i < longestFirst.size(); i++) {
                if (text.startsWith(longestFirst.get(i), at)) {
                    return i;
                }
            }
        }
        return -1;
    }

    /** Returns a spelling by its number. */
    String get(int index) {
        return longestFirst.get(index);
    }

    int size() {
        return longestFirst.size();
    }
}
