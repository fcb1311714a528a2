package io.speckv.cascade;

import io.speckv.selection.method.Method;
import org.jspecify.annotations.Nullable;

/**
 * What is applied to a request.
 *
 * @param method the one asked for, or the fallback's
 * @param prompt what the method keeps
 * @param lost why the draft has no part in it; null where it had, or none was needed
 * @param adapted why it is not the method asked for, or not all of it, though nothing is amiss; null where it is, and where the
 *     draft is lost
 */
public record Choice(
        Method method,
        KeptPrompt prompt,
        @Nullable DraftLoss lost,
        @Nullable Adaptation adapted) {}
