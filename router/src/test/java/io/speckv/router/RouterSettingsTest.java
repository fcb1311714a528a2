package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.LoadBalancerRegistry;
import io.speckv.kit.settings.SettingsException;
import io.speckv.kit.wire.MethodSettings;
import io.speckv.proto.v1.TargetServiceGrpc;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class RouterSettingsTest {
    private static final Path EXAMPLE =
            Path.of(System.getProperty("speckv.golden")).resolveSibling("docs").resolve("examples/router.yaml");

    private static RouterSettings load(String... flags) {
        return RouterSettings.loader().load(EXAMPLE, Map.of(), List.of(flags)).value();
    }

    @Test
    void theExampleLoadsAndItsMethodIsValid() {
        RouterSettings settings = load();
        MethodReader methods = new MethodReader(settings.method(), settings.fallback());

        assertThat(methods.defaultName()).isEqualTo("speckv-pc");
        assertThat(MethodSettings.toMap(methods.read(io.speckv.proto.v1.Method.getDefaultInstance())
                        .message()))
                .extractingByKey("specpc")
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("max_capacity_prompt", 2048);
        assertThat(settings.drafting().timeLimit()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void aRuleThatIsBrokenNamesItsKey() {
        assertThatThrownBy(() -> load("--drafting.deadline-share=1.5"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("deadline-share");
        assertThatThrownBy(() -> load("--target.load-balancing=fastest")).hasMessageContaining("round_robin");
        assertThatThrownBy(() -> load("--fallback.policy=panic")).hasMessageContaining("snapkv");
        assertThatThrownBy(() -> load("--http.address=0.0.0.0")).hasMessageContaining("allow-plaintext");
        assertThatThrownBy(() -> load("--target.channel.target=list:///localhost:1,10.0.0.1:2"))
                .hasMessageContaining("plaintext");
    }

    @Test
    void everyPolicyOfSpreadingCallsIsOneThatGrpcHas() {
        assertThat(RouterSettings.Pool.POLICIES)
                .allSatisfy(policy -> assertThat(
                                LoadBalancerRegistry.getDefaultRegistry().getProvider(policy))
                        .isNotNull());
    }

    @Test
    void oneAttemptMeansNoRetryPolicy() {
        assertThat(PoolChannel.serviceConfig(load("--target.attempts=1").target(), TargetServiceGrpc.SERVICE_NAME))
                .doesNotContainKey("methodConfig");
        assertThat(PoolChannel.serviceConfig(load().target(), TargetServiceGrpc.SERVICE_NAME))
                .containsKeys("methodConfig", "healthCheckConfig", "loadBalancingConfig");
    }
}
