package io.speckv.router.model;

import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import java.util.List;
import java.util.stream.Collectors;

/** The models that requests can name. Thread-safe. */
public final class RoutedModels {
    private final List<RoutedModel> all;
    private final RoutedModel standard;

    /**
     * @param all in the order in which they are listed
     * @param standard the one that answers requests without a model name
     */
    RoutedModels(List<RoutedModel> all, RoutedModel standard) {
        this.all = List.copyOf(all);
        this.standard = standard;
    }

    public List<RoutedModel> all() {
        return all;
    }

    /** Returns the model that answers requests without a model name. */
    public RoutedModel standard() {
        return standard;
    }

    /**
     * Returns the model of a request.
     *
     * @param asked its name or an alias; empty for the default one
     * @throws RequestException with MODEL_UNKNOWN and a list of the names
     */
    public RoutedModel named(String asked) {
        if (asked.isEmpty()) {
            return standard;
        }
        return all.stream()
                .filter(model -> model.isNamed(asked))
                .findFirst()
                // A model whose target has not told its name yet may be the requested one.
                .or(() -> all.stream().filter(model -> model.name().isEmpty()).findFirst())
                .orElseThrow(() -> unknown(asked));
    }

    private RequestException unknown(String asked) {
        String names = all.stream().map(RoutedModel::name).collect(Collectors.joining(", "));
        return RequestException.ofField(
                        FailureCode.MODEL_UNKNOWN,
                        "model",
                        "is '%s', which is not served here, must be %s%s or empty"
                                .formatted(asked, all.size() == 1 ? "" : "one of ", names))
                .with("models", names);
    }

    /** Returns whether at least one model would serve requests now. */
    public boolean isAnyReady() {
        return all.stream().anyMatch(model -> model.trouble().isEmpty());
    }

    /** Returns why no model would serve requests, model by model. */
    public String troubles() {
        return all.size() == 1
                ? standard.trouble()
                : all.stream()
                        .map(model -> model.name() + ": " + model.trouble())
                        .collect(Collectors.joining("; "));
    }
}
