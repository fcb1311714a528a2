package io.speckv.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Keeps {@code docs/metrics.md} equal to what a process serves. Write it anew with {@code mvn -pl deploy -am test
 * -Dtest=MetricsReferenceTest -Dsurefire.failIfNoSpecifiedTests=false -Ddocs.record=true}.
 */
class MetricsReferenceTest {
    private static final Path PAGE = Path.of("../docs/metrics.md");
    private static final Pattern ABOUT = Pattern.compile("# (HELP|TYPE) (\\S+) (.*)");

    private static final String HEAD = """
            # Metrics

            Generated from what a process serves. `telemetry.prometheus-port` turns the page on (`-1`, the default, leaves it off): every
            service then answers Prometheus at `http://ADDRESS:PORT/metrics`. `telemetry.otlp-endpoint` sends the same to a collector,
            under names with dots. Each process serves those that it records. A histogram is served as its `_bucket`, `_sum` and
            `_count`. Models, methods, pools, reasons and outcomes are labels. `docs/operations.md` says what to watch and which alerts
            there are.

            | name | kind | what it counts or measures |
            |---|---|---|
            """;

    private static String page() throws IOException, InterruptedException {
        TreeMap<String, String> kinds = new TreeMap<>();
        TreeMap<String, String> meanings = new TreeMap<>();
        Matcher about = ABOUT.matcher(ServedMetrics.page());
        while (about.find()) {
            (about.group(1).equals("HELP") ? meanings : kinds).put(about.group(2), about.group(3));
        }
        StringBuilder page = new StringBuilder(HEAD);
        meanings.forEach((name, meaning) -> {
            if (!name.equals("target_info")) {
                String kind = String.valueOf(kinds.get(name));
                String served = kind.equals("counter") ? name + "_total" : name;
                page.append("| `%s` | %s | %s |\n".formatted(served, kind, meaning));
            }
        });
        return page.toString();
    }

    @Test
    void theReferenceIsWhatIsServed() throws Exception {
        if (Boolean.getBoolean("docs.record")) {
            Files.writeString(PAGE, page());
        }
        assertThat(page())
                .contains("| `speckv_queue_depth` | gauge | Requests that wait |")
                .contains("| `speckv_fallbacks_total` | counter |");
        assertThat(PAGE).hasContent(page());
    }
}
