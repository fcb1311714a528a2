/** Which KV pairs stay after a prefill. Read {@link io.speckv.selection.cache.CachePolicy} first; every other policy file stands alone. */
@NullMarked
package io.speckv.selection.cache;

import org.jspecify.annotations.NullMarked;
