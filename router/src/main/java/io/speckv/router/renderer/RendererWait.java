package io.speckv.router.renderer;

import java.util.function.Supplier;

/** How a request waits for an engine: what others need goes back in the meantime. */
public interface RendererWait {
    /**
     * Returns what the wait gives, once there is again what was held before it.
     *
     * @throws io.speckv.kit.failure.RequestException as the wait does, with CANCELLED if the caller has gone
     */
    <T> T during(Supplier<T> wait);
}
