package io.speckv.router.model;

import io.speckv.kit.server.Started;
import io.speckv.proto.v1.DraftServiceDescribeResponse;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.proto.v1.Prompt;
import io.speckv.router.pool.DraftDirectory;
import io.speckv.router.prompt.PromptPrefix;
import io.speckv.router.run.ModelUse;
import io.speckv.router.run.RouterParts;
import io.speckv.router.settings.RoutedModelSettings;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One model that requests can name, with its pools of targets; they are closed with it. Thread-safe. */
public final class RoutedModel implements AutoCloseable {
    private final String name;
    private final RoutedModelSettings settings;
    private final DraftDirectory drafts;
    private final List<RoutedPool> pools;
    private final PoolSpread spread;
    private final ModelUse use;
    private final Started opened;

    /**
     * @param name that requests use; empty for the one that the target gives it
     * @param pools at least one
     * @param use counts the requests that keep it open
     * @param opened closed with the model
     */
    RoutedModel(
            String name,
            RoutedModelSettings settings,
            DraftDirectory drafts,
            List<RoutedPool> pools,
            ModelUse use,
            Started opened) {
        this.name = name;
        this.settings = settings;
        this.drafts = drafts;
        this.pools = List.copyOf(pools);
        this.spread = PoolSpread.of(settings.target().spread());
        this.use = use;
        this.opened = opened;
    }

    /**
     * Begins to ask draft and targets what they serve.
     *
     * @param changed runs whenever {@link #trouble} may have changed
     */
    void start(Runnable changed) {
        drafts.start(changed);
        pools.forEach(pool -> pool.parts().directory().start(changed));
    }

    /** Returns the name in the settings, else the one that the target gives; empty before it has. */
    public String name() {
        return name.isEmpty() ? described().map(ModelDescription::getName).orElse("") : name;
    }

    RoutedModelSettings settings() {
        return settings;
    }

    /** Returns whether requests that ask for {@code asked} mean this model. */
    boolean isNamed(String asked) {
        return asked.equals(name()) || settings.aliases().contains(asked);
    }

    ModelUse use() {
        return use;
    }

    List<RoutedPool> pools() {
        return pools;
    }

    /** Returns the parts for a request with this prompt, from a pool that can be asked now if there is one. */
    RouterParts parts(Prompt prompt) {
        if (pools.size() == 1) {
            return pools.get(0).parts();
        }
        List<RoutedPool> ready =
                pools.stream().filter(pool -> pool.trouble().isEmpty()).toList();
        List<RoutedPool> candidates = ready.isEmpty() ? pools : ready;
        String chosen = spread.choose(
                candidates.stream()
                        .map(pool -> new PoolSpread.Candidate(pool.name(), pool.weight()))
                        .toList(),
                PromptPrefix.of(prompt, settings.prefixLength()));
        return candidates.stream()
                .filter(pool -> pool.name().equals(chosen))
                .findFirst()
                .orElseThrow()
                .parts();
    }

    /** Returns the parts of a pool that can be asked now, or else of the first pool. For uses that need no particular pool. */
    public RouterParts anyParts() {
        return pools.stream()
                .filter(pool -> pool.trouble().isEmpty())
                .findFirst()
                .orElse(pools.get(0))
                .parts();
    }

    /** Returns the model as one of its targets described it; empty before that. */
    public Optional<ModelDescription> described() {
        return pools.stream()
                .flatMap(pool -> pool.parts().directory().described().stream())
                .findFirst();
    }

    /** Returns the draft as it last described itself; empty before that. */
    public Optional<ModelDescription> draft() {
        return drafts.draft().map(DraftServiceDescribeResponse::getModel);
    }

    /** Returns why no pool would serve requests now; empty if one would. */
    public String trouble() {
        if (pools.stream().anyMatch(pool -> pool.trouble().isEmpty())) {
            return "";
        }
        return pools.size() == 1
                ? pools.get(0).trouble()
                : pools.stream()
                        .map(pool -> pool.name() + ": " + pool.trouble())
                        .collect(Collectors.joining("; "));
    }

    /**
     * Returns why requests would fare worse here than with {@code old}, which this model is to replace; empty if they would
     * not. They fare worse if a pool cannot be asked, or if no draft can be used where the old model has one. Pools of weight 0
     * do not count, nor do pools that could not be asked in the old model either.
     */
    String lackBeside(RoutedModel old) {
        if (!old.trouble().isEmpty()) {
            return "";
        }
        Set<String> lostBefore = old.pools.stream()
                .filter(pool -> !pool.trouble().isEmpty())
                .map(RoutedPool::name)
                .collect(Collectors.toSet());
        String lack = pools.stream()
                .filter(pool -> pool.weight() > 0 && !lostBefore.contains(pool.name()))
                .filter(pool -> !pool.trouble().isEmpty())
                .map(pool ->
                        pool.name().isEmpty() ? pool.trouble() : "pool '%s': %s".formatted(pool.name(), pool.trouble()))
                .collect(Collectors.joining("; "));
        if (lack.isEmpty() && settings.drafting().enabled() && old.drafts.isOfUse() && !drafts.isOfUse()) {
            return "no draft can be used yet";
        }
        return lack;
    }

    @Override
    public void close() {
        opened.close();
    }
}
