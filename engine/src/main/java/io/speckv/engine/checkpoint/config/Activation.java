package io.speckv.engine.checkpoint.config;

import java.util.Arrays;
import java.util.Optional;

/** The function that is applied to the gate of an MLP before the gate is multiplied. */
public enum Activation {
    /** x times the logistic function of x. */
    SILU("silu", "swish"),
    /** The Gaussian error linear unit, approximated by a hyperbolic tangent. */
    GELU_TANH("gelu_pytorch_tanh", "gelu_new");

    private final String name;
    private final String otherName;

    Activation(String name, String otherName) {
        this.name = name;
        this.otherName = otherName;
    }

    /** Returns its name in Hugging Face's configs. */
    public String configName() {
        return name;
    }

    static Optional<Activation> named(String name) {
        return Arrays.stream(values())
                .filter(activation -> activation.name.equals(name) || activation.otherName.equals(name))
                .findFirst();
    }
}
