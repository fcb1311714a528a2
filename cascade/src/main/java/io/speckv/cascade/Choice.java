package io.speckv.cascade;

import io.speckv.selection.method.Method;
import org.jspecify.annotations.Nullable;

/**
 * The method that is applied to a request, and what it keeps of the prompt.
 *
 * @param method the method asked for, or the fallback's
 * @param prompt what the method keeps
 * @param lost why the draft took no part; null where it did, or none was needed
 * @param adapted why the method differs from the one asked for although nothing went wrong; null where it does not, and
 *     where the draft is lost
 */
public record Choice(
        Method method,
        KeptPrompt prompt,
        @Nullable DraftLoss lost,
        @Nullable Adaptation adapted) {}
