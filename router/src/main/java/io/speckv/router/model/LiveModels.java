package io.speckv.router.model;

import io.speckv.kit.settings.SettingsException;
import io.speckv.proto.v1.Prompt;
import io.speckv.router.run.ModelUse;
import io.speckv.router.run.RouterParts;
import io.speckv.router.settings.RoutedModelSettings;
import io.speckv.router.settings.RouterSettings;
import io.speckv.text.TextException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of a running router. New settings replace them without a failed request: a changed model is opened beside the old
 * one and takes over when it is as ready as the old one was. The old model is closed when its last request has ended.
 * Thread-safe.
 */
public final class LiveModels implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveModels.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final ModelOpening.Surroundings around;
    private final Duration patience;
    private final Consumer<RoutedModels> changed;
    private final Object telling = new Object();
    private final RouterSettings started;
    private RouterSettings settings;
    private volatile RoutedModels current;

    /**
     * Opens the models of settings; nothing is asked before {@link #start}.
     *
     * @param patience how long a changed model may take until it can be asked
     * @param changed is called, one call at a time, whenever a model may have become ready or stopped being ready
     * @throws SettingsException if the settings of a method are not valid
     * @throws TextException if a tokenizer or chat template cannot be loaded
     */
    public LiveModels(
            RouterSettings settings,
            ModelOpening.Surroundings around,
            Duration patience,
            Consumer<RoutedModels> changed) {
        this.around = around;
        this.patience = patience;
        this.changed = changed;
        this.started = settings;
        this.settings = settings;
        current = models(settings, open(settings.models()));
    }

    /** Begins to ask draft and targets what they serve. */
    public void start() {
        current.all().forEach(model -> model.start(this::tell));
    }

    /** Tells the listener about the current models. They are read after any wait, so replaced models are never reported. */
    private void tell() {
        synchronized (telling) {
            changed.accept(current);
        }
    }

    /** Returns the models that requests can name now. */
    public RoutedModels current() {
        return current;
    }

    /**
     * Returns the parts for a request, and keeps its model open until {@link Held#close}.
     *
     * @throws io.speckv.kit.failure.RequestException with MODEL_UNKNOWN
     */
    public Held hold(String model, Prompt prompt) {
        while (true) {
            RoutedModel named = current.named(model);
            var hold = named.use().hold();
            if (hold.isPresent()) {
                return new Held(named.parts(prompt), hold.get());
            }
            // The model was replaced meanwhile: look up its successor.
            Thread.onSpinWait();
        }
    }

    /** The parts that a request works with, until it closes this. */
    public record Held(RouterParts parts, ModelUse.Hold hold) implements AutoCloseable {
        @Override
        public void close() {
            hold.close();
        }
    }

    /**
     * Takes up all new settings of models. Other changed keys need a restart.
     *
     * @throws SettingsException if they cannot be used, or a changed model that could be asked before cannot be asked in time;
     *     the old ones stay
     */
    public synchronized void use(RouterSettings next) {
        Map<String, RoutedModel> before = byName();
        Map<String, RoutedModelSettings> different = new LinkedHashMap<>(next.models());
        different
                .entrySet()
                .removeIf(entry -> entry.getValue().equals(settings.models().get(entry.getKey())));
        Map<String, RoutedModel> opened;
        try {
            opened = open(different);
        } catch (TextException e) {
            throw new SettingsException("a model cannot be opened: " + e.getMessage(), e);
        }
        Map<String, RoutedModel> after = new LinkedHashMap<>();
        next.models().keySet().forEach(name -> {
            RoutedModel model = opened.containsKey(name) ? opened.get(name) : before.get(name);
            after.put(name, Objects.requireNonNull(model));
        });
        opened.values().forEach(model -> model.start(this::tell));
        try {
            awaitReady(opened, next.defaultName(), before);
        } catch (SettingsException e) {
            opened.values().forEach(RoutedModel::close);
            throw e;
        }
        current = models(next, after);
        settings = next;
        warnOfOthers();
        before.values().stream()
                .filter(model -> !after.containsValue(model))
                .forEach(model -> model.use().retire(model::close));
        tell();
    }

    private Map<String, RoutedModel> byName() {
        Map<String, RoutedModel> named = new LinkedHashMap<>();
        List<String> names = List.copyOf(settings.models().keySet());
        for (int i = 0; i < names.size(); i++) {
            named.put(names.get(i), current.all().get(i));
        }
        return named;
    }

    /** Opens models. If one of them cannot be opened, all of them are closed. */
    private Map<String, RoutedModel> open(Map<String, RoutedModelSettings> wanted) {
        Map<String, RoutedModel> opened = new LinkedHashMap<>();
        boolean complete = false;
        try {
            wanted.forEach((name, model) -> opened.put(name, ModelOpening.open(name, model, around)));
            complete = true;
            return opened;
        } finally {
            if (!complete) {
                opened.values().forEach(RoutedModel::close);
            }
        }
    }

    private static RoutedModels models(RouterSettings settings, Map<String, RoutedModel> named) {
        return new RoutedModels(
                new ArrayList<>(named.values()), Objects.requireNonNull(named.get(settings.defaultName())));
    }

    /**
     * Waits until every new model that replaces a usable one can do all that the old one can. A model replaces the one of its
     * name; a new default model replaces the old default.
     */
    private void awaitReady(Map<String, RoutedModel> opened, String defaultName, Map<String, RoutedModel> before) {
        long end = System.nanoTime() + patience.toNanos();
        opened.forEach((name, model) -> {
            RoutedModel old = before.get(name);
            if (old == null && name.equals(defaultName)) {
                old = current.standard();
            }
            if (old != null) {
                awaitReady(name, model, old, end);
            }
        });
    }

    private void awaitReady(String name, RoutedModel model, RoutedModel old, long end) {
        String lack = model.lackBeside(old);
        while (!lack.isEmpty()) {
            if (System.nanoTime() > end) {
                throw new SettingsException("model '%s' with its new settings cannot be asked after %d s: %s"
                        .formatted(name, patience.toSeconds(), lack));
            }
            try {
                Thread.sleep(LOOK_AGAIN.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SettingsException("the router stops", e);
            }
            lack = model.lackBeside(old);
        }
    }

    private void warnOfOthers() {
        List<String> others = needRestart();
        if (!others.isEmpty()) {
            LOG.atWarn().addKeyValue("keys", others).log("changed settings that need a restart are not used");
        }
    }

    /** Returns the changed keys outside of models. The router still runs with the values that it began with. */
    public synchronized List<String> needRestart() {
        return settings.differingFrom(started);
    }

    @Override
    public synchronized void close() {
        current.all().forEach(RoutedModel::close);
    }
}
