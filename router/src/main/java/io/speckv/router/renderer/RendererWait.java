package io.speckv.router.renderer;

import java.util.function.Supplier;

/** How a request waits for an engine. While it waits, it gives back what other requests need. */
public interface RendererWait {
    /**
     * Waits, takes again what was held before, and returns what the wait returned.
     *
     * @throws io.speckv.kit.failure.RequestException as the wait does, with CANCELLED if the caller has gone
     */
    <T> T during(Supplier<T> wait);
}
