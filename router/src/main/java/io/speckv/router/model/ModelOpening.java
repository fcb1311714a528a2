package io.speckv.router.model;

import io.speckv.kit.admission.Admission;
import io.speckv.kit.server.ServiceChannel;
import io.speckv.kit.server.Started;
import io.speckv.kit.settings.SettingsException;
import io.speckv.kit.stream.DaemonTimer;
import io.speckv.kit.telemetry.Telemetry;
import io.speckv.kit.wire.SamplingDefaults;
import io.speckv.proto.v1.DraftServiceGrpc;
import io.speckv.proto.v1.TargetServiceGrpc;
import io.speckv.router.draft.AnalysisCache;
import io.speckv.router.draft.DraftBreaker;
import io.speckv.router.pool.DraftDirectory;
import io.speckv.router.pool.ModelDirectory;
import io.speckv.router.pool.PoolChannel;
import io.speckv.router.prompt.AnswerRules;
import io.speckv.router.prompt.ChatReader;
import io.speckv.router.prompt.PromptReader;
import io.speckv.router.prompt.ProtectionReader;
import io.speckv.router.renderer.AnswerDerenderer;
import io.speckv.router.renderer.ModelRenderer;
import io.speckv.router.request.DraftPlanner;
import io.speckv.router.request.FallbackRules;
import io.speckv.router.request.MethodReader;
import io.speckv.router.request.RequestReader;
import io.speckv.router.run.ModelUse;
import io.speckv.router.run.RouterParts;
import io.speckv.router.run.Shadow;
import io.speckv.router.settings.RoutedModelSettings;
import io.speckv.router.target.TargetTerms;
import io.speckv.text.ChatTemplateException;
import io.speckv.text.Tokenizer;
import io.speckv.text.chat.ChatTemplate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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

/** Opens a model: first the parts that its pools share, then each pool. */
public final class ModelOpening {
    private static final Logger LOG = LoggerFactory.getLogger(ModelOpening.class);

    private final String name;
    private final RoutedModelSettings settings;
    private final Surroundings around;
    private final Started opened;
    private final MethodReader methods;
    private final Tokenizer tokenizer;
    private final @Nullable Tokenizer draftTokenizer;
    private final AnswerRules answers;
    private final @Nullable ChatReader chats;
    private final Optional<AnswerDerenderer> derenderer;
    private final ServiceChannel draftChannel;
    private final DraftDirectory drafts;
    private final ScheduledExecutorService asking;
    private final ModelUse use = new ModelUse();
    private final Admission admission;
    private final DraftBreaker breaker;
    private final AnalysisCache analyses;
    private final Shadow shadow;

    /**
     * What all models of a router share.
     *
     * @param timer runs delayed tasks
     * @param describeEvery how often draft and target are asked what they serve
     */
    public record Surroundings(Telemetry telemetry, ScheduledExecutorService timer, Duration describeEvery) {}

    private ModelOpening(
            String name, RoutedModelSettings settings, Surroundings around, MethodReader methods, Started opened) {
        this.name = name;
        this.settings = settings;
        this.around = around;
        this.methods = methods;
        this.opened = opened;
        tokenizer = opened.add(Tokenizer.open(settings.tokenizer().target()));
        draftTokenizer = settings.tokenizer().draft() == null
                ? null
                : opened.add(Tokenizer.open(settings.tokenizer().draft()));
        ChatTemplate template = template(settings.tokenizer().target());
        answers = new AnswerRules(settings.answers(), tokenizer, template, settings.renderer());
        ModelRenderer renderer = ModelRenderer.of(settings.renderer(), tokenizer, template);
        chats = renderer.chats()
                .map(laysOut -> new ChatReader(tokenizer, laysOut, answers))
                .orElse(null);
        derenderer = renderer.answers();
        draftChannel = opened.add(PoolChannel.open(
                settings.draft(),
                DraftServiceGrpc.SERVICE_NAME,
                List.of(around.telemetry().clientInterceptor())));
        asking = DaemonTimer.start("speckv-router-describe");
        opened.add((AutoCloseable) asking::shutdownNow);
        drafts = drafts();
        admission = new Admission(settings.queue().limits());
        breaker = new DraftBreaker(
                settings.drafting().silences(), settings.drafting().pause());
        analyses = new AnalysisCache(
                settings.analysisCache().bytes(), around.telemetry().metrics());
        shadow = new Shadow(
                settings.shadow(),
                methods,
                around.telemetry().metrics(),
                settings.shadow().sampleRate() > 0
                        ? samplingDefaults(settings.tokenizer().target())
                        : SamplingDefaults.NEUTRAL,
                () -> ThreadLocalRandom.current().nextDouble());
    }

    private static SamplingDefaults samplingDefaults(Path folder) {
        try {
            return SamplingDefaults.read(folder);
        } catch (IllegalArgumentException e) {
            throw new SettingsException("tokenizer.target: " + e.getMessage(), e);
        }
    }

    /**
     * Opens a model's tokenizers and channels; nothing is asked before {@link RoutedModel#start}.
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
            RoutedModel model = new ModelOpening(name, settings, around, methods, opened).model();
            complete = true;
            return model;
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

    private RoutedModel model() {
        List<RoutedPool> pools = new ArrayList<>();
        settings.target()
                .pools()
                .forEach((pool, targets) -> pools.add(new RoutedPool(pool, targets.weight(), parts(pool, targets))));
        return new RoutedModel(name, settings, drafts, pools, use, opened);
    }

    private DraftDirectory drafts() {
        return new DraftDirectory(
                settings.drafting().enabled() ? draftChannel : null,
                new DraftDirectory.Terms(
                        name,
                        Stream.of(tokenizer, draftTokenizer == null ? tokenizer : draftTokenizer)
                                .map(Tokenizer::fingerprint)
                                .collect(Collectors.toSet()),
                        methods.failsWithoutDraft()),
                around.describeEvery(),
                around.telemetry().metrics(),
                asking);
    }

    private RouterParts parts(String pool, RoutedModelSettings.TargetPool targets) {
        Telemetry telemetry = around.telemetry();
        ServiceChannel channel = opened.add(PoolChannel.open(
                targets.pool(), TargetServiceGrpc.SERVICE_NAME, List.of(telemetry.clientInterceptor())));
        ModelDirectory directory = new ModelDirectory(
                channel,
                drafts,
                new ModelDirectory.ModelTerms(name, pool, tokenizer.fingerprint(), settings.limits()),
                around.describeEvery(),
                telemetry.metrics(),
                asking);
        return new RouterParts(
                pool,
                use,
                telemetry,
                tokenizer,
                directory,
                requests(directory),
                derenderer,
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
                admission,
                DraftServiceGrpc.newStub(draftChannel.channel()),
                // An answer's callbacks are short, so they run on the thread that brings its messages.
                TargetServiceGrpc.newStub(channel.channel()).withExecutor(Runnable::run),
                new TargetTerms(settings.progress(), targets.attempts(), around.timer(), telemetry.metrics()),
                settings.drafting(),
                settings.protection().wholeOnCollapse(),
                breaker,
                analyses,
                shadow,
                around.timer());
    }

    private RequestReader requests(ModelDirectory directory) {
        return new RequestReader(
                directory,
                new PromptReader(tokenizer, chats),
                methods,
                new ProtectionReader(settings.protection()),
                answers::needSpecialTokens,
                settings);
    }

    private @Nullable ChatTemplate template(Path folder) {
        ChatTemplate template;
        try {
            if (!ChatTemplate.isIn(folder)) {
                return null;
            }
            template = ChatTemplate.open(folder);
        } catch (ChatTemplateException e) {
            LOG.atWarn()
                    .addKeyValue("cause", e.getMessage())
                    .log("the chat template cannot be read; only an engine's renderer could lay chats out");
            return null;
        }
        template.problems()
                .forEach((name, problem) -> LOG.atWarn()
                        .addKeyValue("template", name)
                        .addKeyValue("problem", problem)
                        .log("a chat template cannot be parsed; chats that need it are refused"));
        return template;
    }
}
