package io.speckv.cli.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.cli.options.WrongInputException;
import io.speckv.evals.MethodOverrides;
import io.speckv.evals.Setting;
import io.speckv.kit.wire.MethodSettings;
import io.speckv.kit.wire.Structs;
import io.speckv.proto.v1.DescribeResponse;
import io.speckv.proto.v1.MethodDescription;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.selection.method.Methods;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ServedMethodsTest {
    /** What a router answers that has a draft and every method at its defaults. */
    static DescribeResponse offeringAll() {
        DescribeResponse.Builder served = DescribeResponse.newBuilder()
                .addDrafts(ModelDescription.newBuilder().setName("small"));
        Methods.names().forEach(name -> served.addMethods(offered(name, Map.of())));
        return served.build();
    }

    private static MethodDescription offered(String name, Map<String, Object> configured) {
        return MethodDescription.newBuilder()
                .setName(name)
                .setNeedsDraft(name.startsWith("spec"))
                .setDefaultSettings(Structs.toProto(Methods.applied(name, configured)))
                .build();
    }

    private static Setting setting(String method) {
        return new Setting(method, method.equals(Setting.FULL) ? Setting.WHOLE_CACHE : 96);
    }

    private static ServedMethods of(String method, Map<String, Object> overrides, DescribeResponse served) {
        return ServedMethods.of(new MethodOverrides(overrides), List.of(setting(method)), served);
    }

    static List<String> methods() {
        return Methods.names();
    }

    @ParameterizedTest
    @MethodSource("methods")
    void theRouterBuildsTheMethodThatAPairInThisProcessWouldRun(String name) {
        Map<String, Object> overrides = Map.of(
                "snapkv.kernel_size", 21, "snapkv.pool_type", "avg", "specpc.window_size", 16, "speckv.window_size", 8);
        MethodOverrides settings = new MethodOverrides(overrides);
        ServedMethods.Asked asked = ServedMethods.of(settings, List.of(setting(name)), offeringAll())
                .of(setting(name));

        Map<String, Object> asTheRouterReadsIt = MethodSettings.toMap(asked.wire());
        assertThat(asked.wire().getName()).isEqualTo(name);
        assertThat(Methods.of(name, asTheRouterReadsIt))
                .isEqualTo(settings.method(setting(name)))
                .isEqualTo(asked.method());
    }

    @Test
    void aRequestTellsNoneFromUnlimited() {
        for (Integer tokens : Arrays.asList(0, null)) {
            Map<String, Object> overrides = new HashMap<>();
            overrides.put("speckv.lookahead_tokens", tokens);
            ServedMethods.Asked asked = of("speckv", overrides, offeringAll()).of(setting("speckv"));
            assertThat(Methods.of("speckv", MethodSettings.toMap(asked.wire()))).isEqualTo(asked.method());
        }
    }

    @Test
    void aSettingThatTheRouterWouldAddIsNamedWithTheWayToGiveIt() {
        DescribeResponse served = DescribeResponse.newBuilder()
                .addDrafts(ModelDescription.getDefaultInstance())
                .addMethods(offered("specpc", Map.of("neighbor_tokens", 16)))
                .build();

        assertThatThrownBy(() -> of("specpc", Map.of(), served))
                .isInstanceOf(WrongInputException.class)
                .hasMessageContaining("--set specpc.neighbor_tokens=16");
        assertThat(of("specpc", Map.of("specpc.neighbor_tokens", 16), served).methods())
                .hasSize(1);
    }

    @Test
    void ofAStageOfTheCascadeToo() {
        DescribeResponse served = DescribeResponse.newBuilder()
                .addDrafts(ModelDescription.getDefaultInstance())
                .addMethods(offered("speckv-pc", Map.of("specpc.neighbor_tokens", 16)))
                .build();

        assertThatThrownBy(() -> of("speckv-pc", Map.of(), served))
                .hasMessageContaining("--set specpc.neighbor_tokens=16");
        assertThat(of("speckv-pc", Map.of("specpc.neighbor_tokens", 16), served).methods())
                .hasSize(1);
    }

    @Test
    void aMethodOrADraftThatIsNotThereIsNamed() {
        DescribeResponse bare = DescribeResponse.newBuilder()
                .addMethods(offered("speckv", Map.of()))
                .build();

        assertThatThrownBy(() -> of("snapkv", Map.of(), bare)).hasMessageContaining("offers no method 'snapkv'");
        assertThatThrownBy(() -> of("speckv", Map.of(), bare)).hasMessageContaining("speckv needs a draft");
    }
}
