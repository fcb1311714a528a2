package io.speckv.engine.checkpoint.config;

import java.util.Arrays;
import java.util.Optional;

/** What the gate of an MLP goes through before it is multiplied. */
public enum Activation {
    /** x times the logistic function of x. */
    SILU("silu", "swish"),
    /** The Gaussian error linear unit in its approximation by a hyperbolic tangent. */
    GELU_TANH("gelu_pytorch_tanh", "gelu_new");

    private final String name;
    private final String otherName;

    Activation(String name, String otherName) {
        this.name = name;
        this.otherName = otherName;
    }

    /** Returns what Hugging Face's configs call it. */
    public String configName() {
        return name;
    }

    static Optional<Activation> named(String name) {
        return Arrays.stream(values())
                .filter(activation -> activation.name.equals(name) || activation.otherName.equals(name))
                .findFirst();
    }
}
