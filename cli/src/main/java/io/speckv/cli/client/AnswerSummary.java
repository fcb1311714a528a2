package io.speckv.cli.client;

import io.speckv.kit.telemetry.Stage;
import io.speckv.kit.telemetry.StageTime;
import io.speckv.kit.telemetry.Waterfall;
import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.FallbackReason;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.KvHeadUsage;
import io.speckv.proto.v1.KvUsage;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** How an answer was made, in numbers and words. */
public record AnswerSummary(GenerateFinished finished) {
    private static final List<Stage> AFTER_THE_FIRST_TOKEN = List.of(Stage.TARGET_DECODE, Stage.TARGET_VERIFY);

    /** Returns one or two lines of at most 80 columns, the last without a newline. */
    public String text() {
        var usage = finished.getUsage();
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%d of %d prompt tokens read%s; first token after %.2f s%n",
                usage.getKeptTokenCount(),
                usage.getPromptTokenCount(),
                cache(),
                untilFirstToken().toNanos() / 1e9));
        text.append(String.format(
                Locale.ROOT,
                "%d tokens, %d from the draft, the last after %.2f s (%s%s)",
                usage.getGeneratedTokenCount(),
                finished.getCompression().getLookahead().getAcceptedTokenCount(),
                untilLastToken().toNanos() / 1e9,
                finished.getCompression().getAppliedMethod(),
                preset()));
        return text.append(fallback()).toString();
    }

    /** Returns how much of the prompt another engine had in its cache or, for our own target, how much of it was kept. */
    private String cache() {
        if (finished.getCompression().hasKv()) {
            return ", KV cache %s of %s".formatted(bytes(kv().getKeptBytes()), bytes(kv().getFullBytes()));
        }
        return finished.getUsage().hasCachedTokenCount()
                ? ", %d of them cached".formatted(finished.getUsage().getCachedTokenCount())
                : "";
    }

    private String preset() {
        String preset = finished.getCompression().getPreset();
        return preset.isEmpty() ? "" : "@" + preset;
    }

    private String fallback() {
        CompressionReport report = finished.getCompression();
        if (report.getFallbackReason() == FallbackReason.FALLBACK_REASON_UNSPECIFIED) {
            return "";
        }
        String why = why(report.getFallbackReason());
        boolean same = report.getRequestedMethod().equals(report.getAppliedMethod());
        return switch (report.getFallbackReason()) {
            case FALLBACK_REASON_TARGET_WITHOUT_CACHE_STAGE, FALLBACK_REASON_SHORT_PROMPT ->
                "%n%s instead of %s: %s".formatted(report.getAppliedMethod(), report.getRequestedMethod(), why);
            case FALLBACK_REASON_TARGET_WITHOUT_ORIGINAL_POSITIONS ->
                "%nthe kept tokens were renumbered: %s".formatted(why);
            default ->
                same
                        ? "%nlookahead from the prompt's n-grams: %s".formatted(why)
                        : "%nfell back from %s to %s: %s"
                                .formatted(report.getRequestedMethod(), report.getAppliedMethod(), why);
        };
    }

    private static String why(FallbackReason reason) {
        return reason == FallbackReason.UNRECOGNIZED
                ? "a reason that only a newer version knows"
                : reason.name()
                        .substring("FALLBACK_REASON_".length())
                        .toLowerCase(Locale.ROOT)
                        .replace('_', ' ');
    }

    /** Returns the stages drawn over time, 80 columns wide. */
    public String waterfall() {
        return Waterfall.render(stages(), Waterfall.COLUMNS);
    }

    /** Returns the time from the request's arrival to the end of the last stage before the first token. */
    public Duration untilFirstToken() {
        return endOf(stage -> !AFTER_THE_FIRST_TOKEN.contains(stage) && stage != Stage.DRAFT_LOOKAHEAD);
    }

    /** Returns the time from the request's arrival to the end of the last stage that the answer waited for. */
    public Duration untilLastToken() {
        return endOf(stage -> stage != Stage.DRAFT_LOOKAHEAD);
    }

    /** Returns the most prompt entries that any KV head keeps. */
    public int keptPerHead() {
        return kv().getLayersList().stream()
                .flatMap(layer -> layer.getHeadsList().stream())
                .mapToInt(KvHeadUsage::getKeptTokenCount)
                .max()
                .orElse(0);
    }

    public KvUsage kv() {
        return finished.getCompression().getKv();
    }

    private Duration endOf(Predicate<Stage> which) {
        return stages().stream()
                .filter(time -> which.test(time.stage()))
                .map(StageTime::end)
                .reduce(Duration.ZERO, (a, b) -> a.compareTo(b) > 0 ? a : b);
    }

    private List<StageTime> stages() {
        return StageTime.fromProto(finished.getTimingsList());
    }

    /** Returns a size such as {@code 1.5 MB}, in powers of 1000. */
    public static String bytes(long bytes) {
        if (bytes < 1000) {
            return bytes + " B";
        }
        double size = bytes;
        String units = "kMGT";
        int unit = -1;
        while (size >= 1000 && unit < units.length() - 1) {
            size /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %cB", size, units.charAt(unit));
    }
}
