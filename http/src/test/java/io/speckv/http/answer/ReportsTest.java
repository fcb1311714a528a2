package io.speckv.http.answer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.util.Durations;
import io.speckv.proto.v1.Collapse;
import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.FallbackReason;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.KvHeadUsage;
import io.speckv.proto.v1.KvLayerUsage;
import io.speckv.proto.v1.KvUsage;
import io.speckv.proto.v1.LookaheadUsage;
import io.speckv.proto.v1.ProtectedPart;
import io.speckv.proto.v1.Stage;
import io.speckv.proto.v1.StageTiming;
import io.speckv.proto.v1.TokenUsage;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReportsTest {
    private static ReadChoice used(int prompt, int kept, int cached, int generated) {
        ReadChoice choice = AskedAnswers.begun("", AskedAnswers.MARKS);
        var unused = choice.grow(AskedAnswers.delta("<think>so</think>Hi"));
        unused = choice.finish(GenerateFinished.newBuilder()
                .setUsage(TokenUsage.newBuilder()
                        .setPromptTokenCount(prompt)
                        .setKeptTokenCount(kept)
                        .setCachedTokenCount(cached)
                        .setGeneratedTokenCount(generated))
                .build());
        return choice;
    }

    private static ObjectNode compression(CompressionReport.Builder report) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        Reports.compression(json, report.build());
        return json;
    }

    private static List<String> names(ObjectNode json) {
        return json.properties().stream().map(Map.Entry::getKey).toList();
    }

    /** Two prompts with two choices each: the tokens of a prompt were read for both of its choices at once. */
    @Test
    void aPromptCountsOnceAndEveryAnswerOfIt() {
        assertThat(Reports.usage(
                                List.of(
                                        used(100, 10, 1, 5),
                                        used(100, 10, 2, 6),
                                        used(200, 20, 3, 7),
                                        used(200, 20, 4, 8)),
                                2)
                        .toString()
                        .replace('"', '\''))
                .isEqualTo("{'prompt_tokens':300,'completion_tokens':26,'total_tokens':326,"
                        + "'prompt_tokens_details':{'cached_tokens':4,'kept_tokens':30},"
                        + "'completion_tokens_details':{'reasoning_tokens':4}}");
    }

    @Test
    void whatWasAppliedAsAskedForHasNoReason() {
        ObjectNode plain = compression(
                CompressionReport.newBuilder().setRequestedMethod("speckv").setAppliedMethod("speckv"));

        assertThat(plain.toString().replace('"', '\''))
                .isEqualTo("{'requested_method':'speckv','method':'speckv','preset':null,'fallback_reason':null,"
                        + "'target_attempts':0,'protected_tokens':0,'collapse':null}");
    }

    @Test
    void whatCameOtherwiseIsSaidInSmallLetters() {
        ObjectNode other = compression(CompressionReport.newBuilder()
                .setRequestedMethod("speckv")
                .setAppliedMethod("snapkv")
                .setPreset("paper")
                .setFallbackReason(FallbackReason.FALLBACK_REASON_DRAFT_UNAVAILABLE)
                .setCollapse(Collapse.COLLAPSE_ENDS_ONLY)
                .setTargetAttemptCount(2));

        assertThat(other.get("method").asText()).isEqualTo("snapkv");
        assertThat(other.get("preset").asText()).isEqualTo("paper");
        assertThat(other.get("fallback_reason").asText()).isEqualTo("draft_unavailable");
        assertThat(other.get("collapse").asText()).isEqualTo("ends_only");
        assertThat(other.get("target_attempts").asInt()).isEqualTo(2);
    }

    /** A newer router may say what this gateway does not know. */
    @Test
    void aReasonThatIsNotKnownIsStillAReason() {
        assertThat(compression(CompressionReport.newBuilder().setFallbackReasonValue(999))
                        .get("fallback_reason")
                        .asText())
                .isEqualTo("unrecognized");
    }

    @Test
    void figuresOfWhatWasNotAskedForAreLeftOut() {
        assertThat(names(compression(CompressionReport.newBuilder())))
                .doesNotContain(
                        "frozen_tokens",
                        "recent_tokens",
                        "mark_tokens",
                        "protected_parts",
                        "kept_positions",
                        "kv",
                        "lookahead");
        ObjectNode all = compression(CompressionReport.newBuilder()
                .setProtectedTokenCount(9)
                .setFrozenTokenCount(1)
                .setRecentTokenCount(2)
                .setMarkTokenCount(3)
                .addKeptPositions(0)
                .addKeptPositions(7)
                .addProtectedParts(
                        ProtectedPart.newBuilder().setPart("template").setTokenCount(4))
                .addProtectedParts(ProtectedPart.newBuilder()
                        .setPart("message")
                        .setMessage(0)
                        .setTokenCount(5)
                        .setCompressed(true))
                .setLookahead(LookaheadUsage.newBuilder()
                        .setReceivedTokenCount(8)
                        .setAcceptedTokenCount(6)
                        .setArrivedLate(true)));

        assertThat(all.get("frozen_tokens").asInt()).isEqualTo(1);
        assertThat(all.get("recent_tokens").asInt()).isEqualTo(2);
        assertThat(all.get("mark_tokens").asInt()).isEqualTo(3);
        assertThat(all.get("kept_positions").toString()).isEqualTo("[0,7]");
        assertThat(all.get("protected_parts").toString().replace('"', '\''))
                .as("the first message has the number 0")
                .isEqualTo("[{'part':'template','tokens':4,'compressed':false},"
                        + "{'part':'message','message':0,'tokens':5,'compressed':true}]");
        assertThat(all.get("lookahead").toString().replace('"', '\''))
                .isEqualTo("{'received_tokens':8,'accepted_tokens':6,'arrived_late':true,'full_cache_tokens':0}");
    }

    private static KvLayerUsage layer(int... kept) {
        return KvLayerUsage.newBuilder()
                .addAllHeads(IntStream.of(kept)
                        .mapToObj(count -> KvHeadUsage.newBuilder()
                                .setKeptTokenCount(count)
                                .build())
                        .toList())
                .build();
    }

    @Test
    void pairsAreCountedByLayerAndHeadAndTheirPlacesListedIfAnyIsKnown() {
        KvUsage.Builder counted = KvUsage.newBuilder()
                .setKeptBytes(10)
                .setFullBytes(100)
                .addLayers(layer(2, 1))
                .addLayers(layer(0, 3));

        assertThat(compression(CompressionReport.newBuilder().setKv(counted))
                        .get("kv")
                        .toString()
                        .replace('"', '\''))
                .isEqualTo("{'kept_bytes':10,'full_bytes':100,'kept_per_head':[[2,1],[0,3]]}");

        counted.getLayersBuilder(0).getHeadsBuilder(0).addKeptPositions(4).addKeptPositions(9);
        assertThat(compression(CompressionReport.newBuilder().setKv(counted))
                        .at("/kv/positions_per_head")
                        .toString())
                .isEqualTo("[[[4,9],[]],[[],[]]]");
    }

    @Test
    void stagesAreToldInMilliseconds() {
        assertThat(Reports.timings(List.of(StageTiming.newBuilder()
                                .setStage(Stage.STAGE_DRAFT_PREFILL)
                                .setStartOffset(Durations.fromNanos(1_500_000))
                                .setElapsed(Durations.fromMillis(40))
                                .setTokenCount(1000)
                                .build()))
                        .toString()
                        .replace('"', '\''))
                .isEqualTo("[{'stage':'draft_prefill','start_ms':1.5,'elapsed_ms':40.0,'tokens':1000}]");
    }

    @Test
    void anAnswersReportTellsWhatBecameOfCalls() {
        ReadChoice plain = AskedAnswers.said("Hi");
        assertThat(names(Reports.generation(plain, AskedAnswers.chat("").tools())))
                .doesNotContain("tool_choice", "dropped_tool_calls", "broken_tool_calls", "matched_stop");

        String one = "'parallel_tool_calls': false, 'tool_choice': 'required'";
        ReadChoice two = AskedAnswers.said(one, AskedAnswers.CALL + AskedAnswers.CALL, FinishReason.FINISH_REASON_STOP);
        ObjectNode told = Reports.generation(two, AskedAnswers.chat(one).tools());
        assertThat(told.get("tool_choice")).isEqualTo(object(Map.of("asked", "required", "met", true)));
        assertThat(told.get("dropped_tool_calls").asInt()).isEqualTo(1);

        String named = "'tool_choice': {'type': 'function', 'function': {'name': 'write'}}";
        assertThat(Reports.generation(plain, AskedAnswers.chat(named).tools())
                        .at("/tool_choice/asked")
                        .asText())
                .isEqualTo("write");
    }

    private static ObjectNode object(Map<String, Object> fields) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        fields.forEach((name, value) -> {
            if (value instanceof Boolean flag) {
                object.put(name, flag);
            } else {
                object.put(name, String.valueOf(value));
            }
        });
        return object;
    }

    @Test
    void withoutTracingThereIsNoTraceToLookFor() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        Reports.putTrace(json, "");
        assertThat(json.get("trace_id").isNull()).isTrue();
        Reports.putTrace(json, "0af7651916cd43dd8448eb211c80319c");
        assertThat(json.get("trace_id").asText()).hasSize(32);
    }
}
