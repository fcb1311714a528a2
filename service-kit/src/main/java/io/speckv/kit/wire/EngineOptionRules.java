package io.speckv.kit.wire;

import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.EngineOptions;
import io.speckv.proto.v1.TargetAbilities;

/** The rules for the options that a request passes on to an engine, the same in every service. */
public final class EngineOptionRules {
    private static final int SALT_MOST = 1024;

    private EngineOptionRules() {}

    /**
     * Returns normally if a target supports every option that is set.
     *
     * @param target the target's name, for the failure
     * @throws RequestException naming the first field that it does not support, or that has an invalid value
     */
    public static void require(EngineOptions options, TargetAbilities abilities, String target) {
        if (options.hasPriority() && !abilities.getPriority()) {
            throw refused("priority", target);
        }
        if (options.getCacheSalt().isEmpty()) {
            return;
        }
        if (!abilities.getCacheSalt()) {
            throw refused("cache_salt", target);
        }
        String salt = options.getCacheSalt();
        int characters = salt.codePointCount(0, salt.length());
        if (characters > SALT_MOST) {
            throw RequestException.invalidField(
                    "engine.cache_salt", "has " + characters + " characters, must have at most " + SALT_MOST);
        }
    }

    private static RequestException refused(String field, String target) {
        return RequestException.invalidField(
                "engine." + field,
                "must be unset: target " + target + " does not honour it, which only some kinds of engine do");
    }
}
