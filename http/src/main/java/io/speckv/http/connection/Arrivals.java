package io.speckv.http.connection;

import io.speckv.http.json.ApiError;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Bodies that are arriving, within limits of number and memory. If there is no room for more, the oldest body gives way, so
 * that slow clients do not hold up those that send at once. Confined to the event loop.
 */
final class Arrivals {
    private final HttpSettings.Arriving limits;
    private final Set<Body> longestFirst = new LinkedHashSet<>();
    private final Map<String, Integer> perClient = new HashMap<>();
    private long bytes;

    Arrivals(HttpSettings.Arriving limits) {
        this.limits = limits;
    }

    /** One body. {@link #ended} must be called when the body is complete or refused. */
    final class Body {
        private final String client;
        private final Consumer<ApiError> refuse;
        private long held;

        private Body(String client, Consumer<ApiError> refuse) {
            this.client = client;
            this.refuse = refuse;
        }

        /** Counts a piece of the body. May refuse any body, this one included. */
        void grew(int by) {
            if (longestFirst.contains(this)) {
                held += by;
                bytes += by;
                makeRoom();
            }
        }

        /** Gives the body's room back. */
        void ended() {
            if (longestFirst.remove(this)) {
                bytes -= held;
                perClient.merge(client, -1, (before, one) -> before + one == 0 ? null : before + one);
            }
        }
    }

    /**
     * Begins to count a body.
     *
     * @param client its address
     * @param refuse is called if the body has to give way
     * @throws ApiError.RefusedException if too many bodies of the client are arriving
     */
    Body begin(String client, Consumer<ApiError> refuse) {
        if (perClient.getOrDefault(client, 0) >= limits.perClient()) {
            throw ApiError.busy(
                            429,
                            "too_many_bodies",
                            "more than " + limits.perClient() + " bodies are on their way from this address")
                    .asException();
        }
        Body body = new Body(client, refuse);
        longestFirst.add(body);
        perClient.merge(client, 1, Integer::sum);
        makeRoom();
        return body;
    }

    private void makeRoom() {
        while (longestFirst.size() > limits.bodies() || bytes > limits.memory().bytes()) {
            Iterator<Body> longest = longestFirst.iterator();
            Body body = longest.next();
            body.ended();
            body.refuse.accept(
                    ApiError.busy(408, "body_timeout", "the body was on its way longest when others needed the room"));
        }
    }
}
