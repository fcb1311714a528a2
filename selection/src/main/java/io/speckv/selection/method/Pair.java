package io.speckv.selection.method;

import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.cache.FullCache;
import io.speckv.selection.prompt.KeepAll;
import io.speckv.selection.prompt.PromptPolicy;

/** The two policies of a method. */
record Pair(PromptPolicy prompt, CachePolicy cache) {
    static Pair of(PromptPolicy prompt) {
        return new Pair(prompt, new FullCache());
    }

    static Pair of(CachePolicy cache) {
        return new Pair(new KeepAll(), cache);
    }
}
