package io.speckv.kit.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.PoolType;
import io.speckv.proto.v1.ReductionType;
import io.speckv.proto.v1.SecondStage;
import io.speckv.proto.v1.StageSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MethodSettingsTest {

    @Test
    void givesTheKeysAndValuesOfASettingsFile() {
        Method method = Method.newBuilder()
                .setName("speckv")
                .setSettings(StageSettings.newBuilder()
                        .setMaxCapacityPrompt(256)
                        .setPoolType(PoolType.POOL_TYPE_MEAN)
                        .setReductionType(ReductionType.REDUCTION_TYPE_MEAN_THEN_MAX)
                        .setWeightedQuery(false)
                        .setScoreMass(0.5))
                .setSecondStage(SecondStage.SECOND_STAGE_UNSPECIFIED)
                .setVerifyLookahead(false)
                .build();

        assertThat(MethodSettings.toMap(method))
                .containsOnly(
                        entry("max_capacity_prompt", 256),
                        entry("pool_type", "mean"),
                        entry("reduction_type", "mean_then_max"),
                        entry("weighted_query", false),
                        entry("score_mass", 0.5),
                        entry("verify_lookahead", false));
    }

    @Test
    void keepsTheCascadesStagesAsBlocks() {
        Method method = Method.newBuilder()
                .setName("speckv-pc")
                .setSpecpc(StageSettings.newBuilder().setWindowSize(64).setNeighborTokens(0))
                .setSpeckv(StageSettings.newBuilder().setWindowSize(32))
                .setSecondStage(SecondStage.SECOND_STAGE_RECEIVED)
                .setBlendWeight(0.25)
                .build();

        assertThat(MethodSettings.toMap(method))
                .containsOnly(
                        entry("specpc", Map.of("window_size", 64, "neighbor_tokens", 0)),
                        entry("speckv", Map.of("window_size", 32)),
                        entry("second_stage", "received"),
                        entry("blend_weight", 0.25));
    }

    @Test
    void readsZeroAsNullWhereTheReferenceHasNull() {
        Method method = Method.newBuilder()
                .setSettings(StageSettings.newBuilder().setMaxCapacityPrompt(0).setLookaheadTokens(0))
                .build();

        assertThat(MethodSettings.toMap(method))
                .containsOnly(entry("max_capacity_prompt", null), entry("lookahead_tokens", null));
    }

    @Test
    void takesExtraSettingsOfEveryKind() {
        Struct extra = Struct.newBuilder()
                .putFields("beta", Value.newBuilder().setNumberValue(20).build())
                .putFields("head_floor", Value.newBuilder().setNumberValue(0.2).build())
                .putFields("seed", Value.newBuilder().setNumberValue(1e12).build())
                .putFields(
                        "classifier",
                        Value.newBuilder().setStringValue("folder").build())
                .putFields(
                        "per_visible_query",
                        Value.newBuilder().setBoolValue(true).build())
                .putFields(
                        "nothing",
                        Value.newBuilder().setNullValue(NullValue.NULL_VALUE).build())
                .putFields(
                        "list",
                        Value.newBuilder()
                                .setListValue(ListValue.newBuilder()
                                        .addValues(Value.newBuilder().setNumberValue(1)))
                                .build())
                .putFields(
                        "block",
                        Value.newBuilder()
                                .setStructValue(Struct.newBuilder()
                                        .putFields(
                                                "a",
                                                Value.newBuilder()
                                                        .setNumberValue(-3)
                                                        .build()))
                                .build())
                .build();

        assertThat(MethodSettings.toMap(
                        Method.newBuilder().setExtraSettings(extra).build()))
                .containsOnly(
                        entry("beta", 20),
                        entry("head_floor", 0.2),
                        entry("seed", 1_000_000_000_000L),
                        entry("classifier", "folder"),
                        entry("per_visible_query", true),
                        entry("nothing", null),
                        entry("list", List.of(1)),
                        entry("block", Map.of("a", -3)));
    }

    @Test
    void takesASettingInEitherFormButNotInBoth() {
        Struct window = Structs.toProto(Map.of("window_size", 8));
        StageSettings typed = StageSettings.newBuilder().setWindowSize(8).build();

        assertThat(MethodSettings.toMap(
                        Method.newBuilder().setExtraSettings(window).build()))
                .isEqualTo(MethodSettings.toMap(
                        Method.newBuilder().setSettings(typed).build()))
                .containsOnly(entry("window_size", 8));
        assertThatThrownBy(() -> MethodSettings.toMap(Method.newBuilder()
                        .setSettings(typed)
                        .setExtraSettings(window)
                        .build()))
                .isInstanceOf(RequestException.class)
                .hasMessage(
                        "method.extra_settings.window_size is set a second time: method.settings.window_size sets it, too");
    }

    @Test
    void writesOneFormThatReadsBack() {
        Map<String, Object> settings = new HashMap<>();
        settings.put("specpc", Map.of("window_size", 64, "pool_type", "avg"));
        settings.put("lookahead_tokens", 0);
        settings.put("max_capacity_prompt", null);
        settings.put("verify_lookahead", false);

        Method method = MethodSettings.toProto("speckv-pc", settings);

        assertThat(method.getAllFields().keySet())
                .extracting(FieldDescriptor::getName)
                .containsExactly("name", "extra_settings");
        assertThat(MethodSettings.toMap(method)).isEqualTo(settings);
    }

    @Test
    void knowsWhereInARequestASettingStands() {
        Method typed = Method.newBuilder()
                .setSpecpc(StageSettings.newBuilder().setWindowSize(1))
                .setSettings(StageSettings.newBuilder().setWindowSize(1))
                .setBlendWeight(0)
                .build();
        assertThat(MethodSettings.fieldPath(typed, "specpc.window_size")).isEqualTo("method.specpc.window_size");
        assertThat(MethodSettings.fieldPath(typed, "window_size")).isEqualTo("method.settings.window_size");
        assertThat(MethodSettings.fieldPath(typed, "blend_weight")).isEqualTo("method.blend_weight");
        assertThat(MethodSettings.fieldPath(typed, "kernel_size")).isEqualTo("method.extra_settings.kernel_size");
        assertThat(MethodSettings.fieldPath(typed, "method")).isEqualTo("method.name");
    }
}
