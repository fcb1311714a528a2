package io.speckv.router.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.kit.wire.MethodSettings;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.Method;
import io.speckv.router.RouterRig;
import io.speckv.router.settings.RoutedModelSettings;
import io.speckv.router.settings.RouterSettings;
import io.speckv.router.settings.RouterSettingsTest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MethodReaderTest {
    private static MethodReader reader(String... flags) {
        RoutedModelSettings model = RouterSettingsTest.onlyModel(
                RouterSettings.loader().load(null, Map.of(), List.of(flags)).value());
        return new MethodReader(model.method(), model.fallback());
    }

    private static @Nullable Object budget(RequestedMethod method) {
        return MethodSettings.toMap(method.message()).get("max_capacity_prompt");
    }

    @Test
    void settingsOfTheFallbackAreNotThoseOfRequests() {
        MethodReader reader = reader(
                "--tokenizer.target=" + RouterRig.MODEL,
                "--fallback.speckv={max_capacity_prompt: 256}",
                "--method.name=speckv",
                "--method.settings={max_capacity_prompt: 700}");

        assertThat(budget(reader.read(Method.newBuilder().setName("speckv").build())))
                .isEqualTo(700);
        assertThat(reader.withoutDraft(FallbackPolicy.FALLBACK_POLICY_NGRAM))
                .singleElement()
                .satisfies(fallback -> assertThat(budget(fallback)).isEqualTo(256));
    }
}
