package io.speckv.target;

import io.speckv.engine.YieldPoint;
import io.speckv.engine.generate.Answer;
import io.speckv.engine.generate.DecodingSequence;
import io.speckv.engine.generate.Prefilled;
import io.speckv.engine.generate.TargetPrefill;
import io.speckv.engine.generate.TargetPrompt;
import io.speckv.engine.sampling.SamplingSettings;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.DeviceSampler;
import io.speckv.engine.torch.KvSlot;
import io.speckv.engine.torch.PrefixCache;
import io.speckv.kit.server.BuildVersion;
import io.speckv.kit.server.GrpcProcess;
import io.speckv.kit.server.HostedServices;
import io.speckv.kit.settings.ByteSize;
import io.speckv.kit.telemetry.Metric;
import io.speckv.kit.telemetry.Telemetry;
import io.speckv.selection.cache.FullCache;
import io.speckv.serving.EngineFailures;
import io.speckv.serving.ServedModel;
import io.speckv.serving.SlotBudget;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A target service from settings to a running server. It wires the parts and closes them in the right order. */
public final class TargetServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TargetServer.class);
    private static final int WARM_UP_TOKENS = 64;
    /** Every filter, a penalty and log probabilities, so that all of sampling is warm. */
    private static final SamplingSettings WARM_UP_SAMPLING =
            new SamplingSettings(1, 20, 0.9, 0.01, 1.1, 0, 0, 1L, 2, List.of(), Set.of(), true, 1);

    private final GrpcProcess process;
    private final TargetService service;
    private final DecoderModel model;
    private final SlotSizes slots;
    private final Optional<PrefixCache> prefixes;

    private TargetServer(
            GrpcProcess process,
            TargetService service,
            DecoderModel model,
            SlotSizes slots,
            Optional<PrefixCache> prefixes) {
        this.process = process;
        this.service = service;
        this.model = model;
        this.slots = slots;
        this.prefixes = prefixes;
    }

    /**
     * Listens, loads the model, warms it up, and serves calls.
     *
     * @throws IOException if the address cannot be listened on
     * @throws io.speckv.engine.EngineException if the model cannot be loaded
     */
    public static TargetServer start(TargetSettings settings) throws IOException {
        return start(
                settings,
                Telemetry.start(
                        settings.telemetry(),
                        new Telemetry.ServiceIdentity("speckv-target", BuildVersion.current()),
                        List.of()));
    }

    /** Starts with a telemetry that the caller made and the server closes. */
    public static TargetServer start(TargetSettings settings, Telemetry telemetry) throws IOException {
        return start(settings, telemetry, listening -> {});
    }

    /** Starts, and gives {@code listening} the process before the model is loaded. */
    static TargetServer start(TargetSettings settings, Telemetry telemetry, Consumer<GrpcProcess> listening)
            throws IOException {
        TargetService service = new TargetService(telemetry, settings);
        GrpcProcess process = GrpcProcess.start(
                settings.server(),
                new HostedServices(List.of(service), List.of(telemetry.serverInterceptor()), new EngineFailures()));
        boolean serving = false;
        try {
            listening.accept(process);
            ServedModel model = ServedModel.open(settings.model());
            TargetSlotPlan plan =
                    TargetSlotPlan.of(settings.slots(), model.decoder().memoryUse(), SlotBudget.of(model.decoder()));
            SlotSizes slots = new SlotSizes(model.decoder(), plan, settings.queue());
            LOG.atInfo()
                    .addKeyValue("slots", plan)
                    .addKeyValue("most", new ByteSize(plan.bytes()).readable())
                    .log("cache reserved");
            Optional<DeviceSampler> sampler = sampler(settings.sampling(), model.decoder());
            slots.all().forEach(size -> warmUp(model.decoder(), sampler.orElse(null), size));
            Optional<PrefixCache> prefixes = prefixCache(model.decoder(), settings.prefixCache());
            TargetPrefill prefill = new TargetPrefill(model.decoder(), prefixes.orElse(null));
            GenerationScheduler scheduler = new GenerationScheduler(
                    model.decoder(),
                    prefill,
                    slots,
                    sampler.orElse(null),
                    settings.overlap(),
                    settings.batchTerms(),
                    process::lost);
            process.beforeCut(() -> service.failStreams(GenerationScheduler.stopped()));
            process.closeAtStop(scheduler);
            sampler.ifPresent(process::closeAtStop);
            prefixes.ifPresent(cache -> {
                process.closeAtStop(cache);
                telemetry.metrics().observe(Metric.PREFIX_BYTES, cache::bytesHeld);
            });
            List.of(slots, model, service, telemetry).forEach(process::closeAtStop);
            observe(telemetry, slots);
            service.attach(new TargetService.Parts(model, slots, scheduler));
            process.serving();
            serving = true;
            return new TargetServer(process, service, model.decoder(), slots, prefixes);
        } finally {
            if (!serving) {
                process.close();
            }
        }
    }

    private static Optional<PrefixCache> prefixCache(DecoderModel model, ByteSize most) {
        return most.bytes() == 0 ? Optional.empty() : Optional.of(new PrefixCache(model, most.bytes()));
    }

    private static Optional<DeviceSampler> sampler(SamplingPlace place, DecoderModel model) {
        return place.isOn(model.device()) ? Optional.of(DeviceSampler.of(model)) : Optional.empty();
    }

    private static void observe(Telemetry telemetry, SlotSizes slots) {
        telemetry.metrics().observe(Metric.QUEUE_DEPTH, slots::queued);
        telemetry.metrics().observe(Metric.QUEUE_TOKENS, slots::queuedTokens);
        telemetry.metrics().observe(Metric.SLOTS_USED, slots::slotsGiven);
        telemetry.metrics().observe(Metric.SLOTS_LIMIT, slots::slots);
    }

    /**
     * The first pass compiles the graph's kernels, and the first draw those of sampling. No request should have to wait for
     * that.
     */
    private static void warmUp(DecoderModel model, @Nullable DeviceSampler sampler, SlotSize size) {
        int tokens = Math.max(1, Math.min(WARM_UP_TOKENS, size.arena().capacity() - 1));
        TargetPrompt prompt = TargetPrompt.contiguous(new int[tokens], new FullCache(), new int[0], false);
        KvSlot slot = size.arena().take();
        try {
            Answer answer = new Answer(WARM_UP_SAMPLING, 0, prompt.tokens(), Set.of(), 2);
            Prefilled prefilled = new TargetPrefill(model).run(slot, prompt, answer.choice(), YieldPoint.NONE);
            answer.start(prefilled);
            for (int drafted = 0; slot.longest() + drafted < size.arena().capacity() && drafted < 2; drafted++) {
                DecodingSequence.next(model, List.of(new DecodingSequence(slot, answer, new int[drafted])), sampler);
            }
        } finally {
            slot.release();
        }
    }

    /** Returns the server's process, so that callers can wait for its end. */
    public GrpcProcess process() {
        return process;
    }

    /** Returns the port on which the server listens. */
    public int port() {
        return process.port();
    }

    /** Returns the cache slots in use now: 0 while nothing runs. */
    public int slotsUsed() {
        return slots.slotsUsed();
    }

    /** Returns how many requests wait for a slot. */
    public int queued() {
        return slots.queued();
    }

    /** Returns how many calls are not over. */
    int openCalls() {
        return service.openStreams();
    }

    /** Returns the bytes of known prefixes. */
    long prefixBytes() {
        return prefixes.map(PrefixCache::bytesHeld).orElse(0L);
    }

    /** Returns the number of native scopes and arrays that the engine holds. It is constant whenever nothing runs. */
    int nativeScopes() {
        return model.openScopesAndArrays();
    }

    @Override
    public void close() {
        process.close();
    }
}
