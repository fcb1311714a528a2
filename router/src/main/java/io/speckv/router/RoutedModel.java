package io.speckv.router;

import io.speckv.kit.admission.Admission;
import io.speckv.kit.server.ServiceChannel;
import io.speckv.kit.server.Started;
import io.speckv.kit.settings.SettingsException;
import io.speckv.kit.telemetry.Telemetry;
import io.speckv.proto.v1.DraftServiceGrpc;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.proto.v1.TargetServiceGrpc;
import io.speckv.router.draft.DraftBreaker;
import io.speckv.router.target.TargetTerms;
import io.speckv.text.ChatEncoder;
import io.speckv.text.ChatTemplate;
import io.speckv.text.ChatTemplateException;
import io.speckv.text.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One model that requests can name, with the parts that its requests share; they are closed with it. Thread-safe. */
final class RoutedModel implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RoutedModel.class);

    private final String name;
    private final List<String> aliases;
    private final RouterParts parts;
    private final Started opened;

    private RoutedModel(String name, List<String> aliases, RouterParts parts, Started opened) {
        this.name = name;
        this.aliases = aliases;
        this.parts = parts;
        this.opened = opened;
    }

    /**
     * What all models of a router share.
     *
     * @param timer runs things later
     * @param describeEvery how often draft and target are asked what they serve
     */
    record Surroundings(Telemetry telemetry, ScheduledExecutorService timer, Duration describeEvery) {}

    /**
     * Opens a model's tokenizers and channels; nothing is asked before {@link #start}.
     *
     * @param name that requests use; empty for the one that the target gives it
     * @throws SettingsException if the settings of a method are not valid
     * @throws io.speckv.text.TextException if a tokenizer or chat template cannot be loaded
     */
    static RoutedModel open(String name, RoutedModelSettings settings, Surroundings around) {
        MethodReader methods = methods(name, settings);
        Started opened = new Started();
        boolean complete = false;
        try {
            RouterParts parts = parts(name, settings, methods, around, opened);
            complete = true;
            return new RoutedModel(name, settings.aliases(), parts, opened);
        } finally {
            if (!complete) {
                opened.close();
            }
        }
    }

    private static MethodReader methods(String name, RoutedModelSettings settings) {
        try {
            return new MethodReader(settings.method(), settings.fallback());
        } catch (IllegalArgumentException e) {
            String owner = name.isEmpty() ? "" : " of model " + name;
            throw new SettingsException("method or fallback" + owner + ": " + e.getMessage(), e);
        }
    }

    private static RouterParts parts(
            String name, RoutedModelSettings settings, MethodReader methods, Surroundings around, Started opened) {
        Telemetry telemetry = around.telemetry();
        Tokenizer tokenizer = opened.add(Tokenizer.open(settings.tokenizer().target()));
        Tokenizer draftTokenizer = settings.tokenizer().draft() == null
                ? null
                : opened.add(Tokenizer.open(settings.tokenizer().draft()));
        var tracing = List.of(telemetry.clientInterceptor());
        ServiceChannel targetChannel =
                opened.add(PoolChannel.open(settings.target(), TargetServiceGrpc.SERVICE_NAME, tracing));
        ServiceChannel draftChannel =
                opened.add(PoolChannel.open(settings.draft(), DraftServiceGrpc.SERVICE_NAME, tracing));
        ModelDirectory directory = opened.add(new ModelDirectory(
                targetChannel,
                settings.drafting().enabled() ? draftChannel : null,
                new ModelDirectory.ModelTerms(name, tokenizer.fingerprint(), settings.limits()),
                new ModelDirectory.DraftTerms(
                        Stream.of(tokenizer, draftTokenizer == null ? tokenizer : draftTokenizer)
                                .map(Tokenizer::fingerprint)
                                .collect(Collectors.toSet()),
                        methods.failsWithoutDraft()),
                around.describeEvery(),
                telemetry.metrics()));
        return new RouterParts(
                telemetry,
                tokenizer,
                directory,
                requests(settings, methods, tokenizer, directory),
                methods,
                new DraftPlanner(
                        directory,
                        tokenizer,
                        draftTokenizer,
                        settings.drafting().lookaheadTimeLimit()),
                new FallbackRules(
                        directory,
                        methods,
                        Set.copyOf(tokenizer.specialTokens().values()),
                        settings.fallback().ngramTokens()),
                new Admission(settings.queue().limits()),
                DraftServiceGrpc.newStub(draftChannel.channel()),
                // What an answer sets off is short: it runs where its messages arrive, on no thread of its own.
                TargetServiceGrpc.newStub(targetChannel.channel()).withExecutor(Runnable::run),
                new TargetTerms(settings.progress(), settings.target().attempts(), around.timer(), telemetry.metrics()),
                settings.drafting(),
                settings.protection().wholeOnCollapse(),
                new DraftBreaker(
                        settings.drafting().silences(), settings.drafting().pause()),
                new Shadow(
                        settings.shadow(),
                        methods,
                        telemetry.metrics(),
                        () -> ThreadLocalRandom.current().nextDouble()),
                around.timer());
    }

    private static RequestReader requests(
            RoutedModelSettings settings, MethodReader methods, Tokenizer tokenizer, ModelDirectory directory) {
        ChatEncoder encoder = chats(settings, tokenizer);
        AnswerRules answers =
                encoder == null ? null : new AnswerRules(settings.answers(), tokenizer, encoder.template());
        ChatReader chats = encoder == null || answers == null ? null : new ChatReader(encoder, answers);
        return new RequestReader(
                directory,
                new PromptReader(tokenizer, chats),
                methods,
                new ProtectionReader(
                        settings.protection(), prompt -> chats == null ? Optional.empty() : chats.origins(prompt)),
                marks -> answers != null && answers.needSpecialTokens(marks),
                settings.compressFrom(),
                PromptLimit.ofSettings(settings.limits()));
    }

    private static @Nullable ChatEncoder chats(RoutedModelSettings settings, Tokenizer tokenizer) {
        Path folder = settings.tokenizer().target();
        ChatTemplate template;
        try {
            if (!ChatTemplate.isIn(folder)) {
                return null;
            }
            template = ChatTemplate.open(folder);
        } catch (ChatTemplateException e) {
            LOG.atWarn().setCause(e).log("the chat template cannot be read; chats are refused");
            return null;
        }
        template.problems()
                .forEach((name, problem) -> LOG.atWarn()
                        .addKeyValue("template", name)
                        .addKeyValue("problem", problem)
                        .log("a chat template cannot be parsed; chats that need it are refused"));
        return new ChatEncoder(tokenizer, template);
    }

    /**
     * Begins to ask draft and target what they serve.
     *
     * @param changed runs whenever {@link ModelDirectory#trouble} may have changed
     */
    void start(Runnable changed) {
        parts.directory().start(changed);
    }

    RouterParts parts() {
        return parts;
    }

    /** Returns the name in the settings, else the one that the target gives; empty before it has. */
    String name() {
        return name.isEmpty()
                ? parts.directory().described().map(ModelDescription::getName).orElse("")
                : name;
    }

    List<String> aliases() {
        return aliases;
    }

    /** Returns whether requests that ask for {@code asked} mean this model. */
    boolean isNamed(String asked) {
        return asked.equals(name()) || aliases.contains(asked);
    }

    @Override
    public void close() {
        opened.close();
    }
}
