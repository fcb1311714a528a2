package io.speckv.engine.generate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.cache.FullCache;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our side of {@code evals/kvpress/compare}: of each run of a record ({@code -Dkvpress.record=FILE}) what we keep and answer,
 * and the seconds of prefill and eviction ({@code -Dkvpress.times=N} each), into {@code -Dkvpress.out=FILE}.
 */
class KvpressFiguresTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TIMES = Integer.getInteger("kvpress.times", 0);

    @Test
    void whatIsWrittenHasARunForEachOfTheirs(@TempDir Path folder) throws IOException {
        String golden = System.getProperty("speckv.golden") + "/kvpress/qwen3-target.json";
        KvpressRecord record = KvpressRecord.read(Path.of(System.getProperty("kvpress.record", golden)));
        Path out = Path.of(
                System.getProperty("kvpress.out", folder.resolve("ours.json").toString()));
        ModelOptions fp32 = ModelOptions.DEFAULTS.withPrecision(Precision.FP32);
        List<Map<String, Object>> full = new ArrayList<>();
        List<Map<String, Object>> runs = new ArrayList<>();
        try (DecoderModel model = DecoderModel.open(record.model(), fp32)) {
            Map<String, KvpressRecord.Run> prompts = new LinkedHashMap<>();
            record.runs().forEach(run -> prompts.putIfAbsent(run.promptName(), run));
            for (KvpressRecord.Run prompt : prompts.values()) {
                full.add(done(model, prompt, new FullCache()));
            }
            for (KvpressRecord.Run run : record.runs()) {
                Map<String, Object> written = done(model, run, KvpressCounterpart.of(record, run));
                written.put("press", run.press());
                written.put("settings", run.settings());
                written.put("by_default", done(model, run, KvpressCounterpart.byDefault(record, run)));
                runs.add(written);
            }
        }
        JSON.writeValue(out.toFile(), Map.of("full", full, "runs", runs));
        JsonNode ours = JSON.readTree(out.toFile()).get("runs");
        assertThat(ours.size()).isEqualTo(record.runs().size());
        for (int i = 0; i < ours.size(); i++) {
            KvpressRecord.Run theirs = record.runs().get(i);
            if (theirs.press().equals("snapkv")) {
                assertThat(ours.get(i).get("answer"))
                        .as("%s of %s, which is the same with both", theirs.press(), theirs.promptName())
                        .isEqualTo(JSON.valueToTree(theirs.answer()));
            }
        }
    }

    private static Map<String, Object> done(DecoderModel model, KvpressRecord.Run run, CachePolicy policy) {
        EvictedAnswer answered = EvictedAnswer.of(model, run.prompt(), policy, run.answer().length);
        Map<String, Object> written = new LinkedHashMap<>();
        written.put("prompt", run.promptName());
        written.put(
                "kept",
                answered.kept().stream()
                        .map(layer -> layer.stream().map(head -> bitmap(head)).toList())
                        .toList());
        written.put("answer", answered.tokens());
        written.put(
                "seconds",
                Stream.generate(() ->
                                EvictedAnswer.of(model, run.prompt(), policy, 1).nanos() / 1e9)
                        .limit(TIMES)
                        .toList());
        return written;
    }

    private static String bitmap(BitSet positions) {
        return Base64.getEncoder().encodeToString(positions.toByteArray());
    }
}
