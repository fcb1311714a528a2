package io.speckv.deploy;

import java.util.List;
import java.util.Locale;

/** The services that have an image. */
public enum Service {
    DRAFT("draft-service", 9001, true),
    TARGET("target-service", 9002, true),
    ENGINE_TARGET("engine-target", 9002, false),
    ROUTER("router", 9000, false);

    /** The services of a plain release: one of each, with a target of our own. */
    public static final List<Service> TRIO = List.of(DRAFT, TARGET, ROUTER);

    private final String module;
    private final int port;
    private final boolean runsModels;

    Service(String module, int port, boolean runsModels) {
        this.module = module;
        this.port = port;
        this.runsModels = runsModels;
    }

    /** Returns the Maven module, which is also its folder's name. */
    public String module() {
        return module;
    }

    /** Returns the default port. */
    public int port() {
        return port;
    }

    /** Returns whether the image contains libtorch, and so has a CUDA variant. */
    public boolean runsModels() {
        return runsModels;
    }

    /** Returns the name in image, chart and Compose file, such as "draft". */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
