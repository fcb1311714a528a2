package io.speckv.text;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds the spellings of control tokens in text as Hugging Face does: the leftmost match, and the longest of several. */
public final class ControlSpellings {
    private final AddedTokenMatcher matcher;
    private final List<String> spellings;
    private final Map<String, Integer> numbers = new HashMap<>();

    public ControlSpellings(Collection<AddedToken> controls) {
        matcher = new AddedTokenMatcher(controls);
        spellings = controls.stream().map(AddedToken::content).toList();
        for (int i = 0; i < spellings.size(); i++) {
            numbers.put(spellings.get(i), i);
        }
    }

    /** Returns the number of the spelling that begins at an index of the text, or -1. */
    public int indexAt(String text, int at) {
        AddedToken token = matcher.spelledAt(text, at);
        return token == null ? -1 : numbers.getOrDefault(token.content(), -1);
    }

    /** Returns a spelling by its number. */
    public String get(int index) {
        return spellings.get(index);
    }

    public int size() {
        return spellings.size();
    }
}
