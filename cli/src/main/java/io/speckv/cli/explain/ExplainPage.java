package io.speckv.cli.explain;

import io.speckv.cli.client.AnswerSummary;
import io.speckv.kit.wire.Structs;
import io.speckv.proto.v1.ExplainResponse;
import io.speckv.proto.v1.FallbackReason;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.KvHeadUsage;
import io.speckv.proto.v1.KvLayerUsage;
import io.speckv.proto.v1.StageTiming;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A prompt as one HTML file without scripts or external parts. Every token is shaded by its score, and dropped tokens are grey.
 * Beside the prompt are budgets, the highest scores, timings and, if an answer was generated, what each layer kept.
 */
public final class ExplainPage {
    private static final int HIGHEST_SHOWN = 25;

    private final ExplainResponse explained;
    private final ExplainedPrompt prompt;
    private final StringBuilder page = new StringBuilder();

    private ExplainPage(ExplainResponse explained) {
        this.explained = explained;
        this.prompt = ExplainedPrompt.of(explained);
    }

    /**
     * Returns the page.
     *
     * @param generated the same prompt's answer, or null if none was generated
     */
    public static String of(ExplainResponse explained, @Nullable GenerateOnceResponse generated) {
        ExplainPage page = new ExplainPage(explained);
        page.head();
        page.document();
        page.page.append("<aside>\n");
        page.figures();
        if (generated != null) {
            page.answer(generated);
            page.layers(generated.getFinished().getCompression().getKv().getLayersList());
        }
        page.settings();
        page.highest();
        page.timings(
                generated == null
                        ? explained.getTimingsList()
                        : generated.getFinished().getTimingsList());
        page.page.append("</aside>\n</main>\n</body>\n</html>\n");
        return page.page.toString();
    }

    private void head() {
        page.append("""
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
                <title>What the draft finds important</title>
                <style>
                """);
        page.append(style()).append("</style>\n</head>\n<body>\n<header>\n<h1>What the draft finds important</h1>\n");
        page.append("<p class=\"legend\">Score, by rank: ");
        page.append(prompt.scored() ? "lowest tenth " : "none for this method ");
        for (int tenth = 0; prompt.scored() && tenth < 10; tenth++) {
            page.append("<span class=\"k s").append(tenth).append("\">&nbsp;&nbsp;</span>");
        }
        page.append(prompt.scored() ? " highest. " : ". ")
                .append(
                        "<span class=\"k\">Underlined</span>: reaches the target. <span class=\"d\">Grey</span>: dropped.")
                .append(" Point at a token for its place and score.</p>\n</header>\n<main>\n");
    }

    private void document() {
        page.append("<article aria-label=\"The prompt\">");
        for (ExplainedPrompt.Piece piece : prompt.pieces()) {
            page.append("<span class=\"").append(piece.kept() ? 'k' : 'd');
            if (piece.tenth() > 0) {
                page.append(" s").append(piece.tenth());
            }
            page.append("\" title=\"").append(title(piece)).append("\">");
            page.append(piece.text().isEmpty() ? "<i>&#9643;</i>" : escape(piece.text()))
                    .append("</span>");
        }
        page.append("</article>\n");
    }

    private String title(ExplainedPrompt.Piece piece) {
        String place = piece.first() == piece.last()
                ? "token " + piece.first()
                : "tokens " + piece.first() + "-" + piece.last();
        return place + (prompt.scored() ? ", score " + score(piece) : "") + (piece.kept() ? ", kept" : ", dropped");
    }

    private static String score(ExplainedPrompt.Piece piece) {
        return String.format(Locale.ROOT, "%.4g", piece.score());
    }

    private void figures() {
        var compression = explained.getCompression();
        long kept = explained.getKeptList().stream().filter(isKept -> isKept).count();
        int all = Math.max(1, explained.getKeptCount());
        page.append("<h2>Figures</h2>\n<dl>\n");
        entry("Method", compression.getAppliedMethod());
        if (compression.getFallbackReason() != FallbackReason.FALLBACK_REASON_UNSPECIFIED) {
            entry("Asked for", compression.getRequestedMethod());
            entry("Fell back", compression.getFallbackReason().name());
        }
        entry("Prompt", explained.getKeptCount() + " tokens");
        entry("Reach the target", String.format(Locale.ROOT, "%d tokens (%.1f%%)", kept, 100.0 * kept / all));
        if (!explained.getLookaheadText().isEmpty()) {
            entry("Draft's guess", explained.getLookaheadText());
        }
        page.append("</dl>\n");
    }

    private void answer(GenerateOnceResponse generated) {
        page.append("<h2>Answer</h2>\n<p class=\"answer\">")
                .append(escape(generated.getAnswer().getText()))
                .append("</p>\n<p>");
        page.append(escape(new AnswerSummary(generated.getFinished()).text())).append("</p>\n");
    }

    private void layers(List<KvLayerUsage> layers) {
        int all = Math.max(1, explained.getKeptCount());
        page.append("<h2>KV pairs kept</h2>\n<table>\n<tr><th>layer<th>a head<th>of the prompt\n");
        for (int layer = 0; layer < layers.size(); layer++) {
            IntSummaryStatistics heads = layers.get(layer).getHeadsList().stream()
                    .mapToInt(KvHeadUsage::getKeptTokenCount)
                    .summaryStatistics();
            String count = heads.getMin() == heads.getMax()
                    ? String.valueOf(heads.getMax())
                    : heads.getMin() + " to " + heads.getMax();
            page.append("<tr><td>%d<td>%s<td>%s%n".formatted(layer, count, bar(0, heads.getAverage() / all)));
        }
        page.append("</table>\n");
    }

    private void settings() {
        page.append("<h2>Settings</h2>\n<dl>\n");
        settings("", Structs.toMap(explained.getAppliedSettings()));
        page.append("</dl>\n");
    }

    private void settings(String prefix, Map<?, ?> settings) {
        settings.forEach((key, value) -> {
            if (value instanceof Map<?, ?> block) {
                settings(prefix + key + ".", block);
            } else {
                entry(prefix + key, String.valueOf(value));
            }
        });
    }

    private void highest() {
        if (!prompt.scored()) {
            return;
        }
        page.append("<h2>Highest scores</h2>\n<table>\n<tr><th>place<th>score<th>token<th>kept\n");
        for (ExplainedPrompt.Piece piece : prompt.highest(HIGHEST_SHOWN)) {
            page.append("<tr><td>%d<td>%s<td><code>%s</code><td>%s%n"
                    .formatted(
                            piece.first(),
                            score(piece),
                            escape(piece.text().replace("\n", "\u21b5")),
                            piece.kept() ? "yes" : "no"));
        }
        page.append("</table>\n");
    }

    private void timings(List<StageTiming> timings) {
        var stages = io.speckv.kit.telemetry.StageTime.fromProto(timings);
        long total = Math.max(
                1,
                stages.stream().mapToLong(stage -> stage.end().toNanos()).max().orElse(1));
        page.append("<h2>Stages</h2>\n<table>\n<tr><th>stage<th>ms<th>when\n");
        stages.forEach(stage -> page.append("<tr><td>%s<td>%s<td>%s%n"
                .formatted(
                        stage.stage().label(),
                        String.format(Locale.ROOT, "%.1f", stage.elapsed().toNanos() / 1e6),
                        bar(
                                stage.start().toNanos() / (double) total,
                                stage.elapsed().toNanos() / (double) total))));
        page.append("</table>\n");
    }

    private static String bar(double from, double share) {
        return String.format(
                Locale.ROOT,
                "<span class=\"track\"><span class=\"bar\" style=\"margin-left:%.1f%%;width:%.1f%%\"></span></span>"
                        + " %.0f%%",
                from * 100,
                share * 100,
                share * 100);
    }

    private void entry(String name, String value) {
        page.append("<dt>")
                .append(escape(name))
                .append("<dd>")
                .append(escape(value))
                .append('\n');
    }

    /** Returns {@code text} with HTML's special characters escaped. */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(point -> {
            switch (point) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                case '\r' -> escaped.append("&#13;");
                default -> escaped.appendCodePoint(isShown(point) ? point : 0xFFFD);
            }
        });
        return escaped.toString();
    }

    private static boolean isShown(int point) {
        boolean control = Character.isISOControl(point) && point != '\n' && point != '\t';
        return !control && !(point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
    }

    private static String style() {
        try (InputStream in = ExplainPage.class.getResourceAsStream("explain.css")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
