package io.speckv.router.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.LoadBalancerRegistry;
import io.speckv.kit.admission.QueueSettings;
import io.speckv.kit.settings.SettingsException;
import io.speckv.kit.wire.MethodSettings;
import io.speckv.proto.v1.TargetServiceGrpc;
import io.speckv.router.pool.PoolChannel;
import io.speckv.router.request.MethodReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

public class RouterSettingsTest {
    private static final Path EXAMPLE =
            Path.of(System.getProperty("speckv.golden")).resolveSibling("docs").resolve("examples/router.yaml");

    private static RouterSettings all(String... flags) {
        return RouterSettings.loader().load(EXAMPLE, Map.of(), List.of(flags)).value();
    }

    private static RoutedModelSettings.Pool pool(String... flags) {
        return Objects.requireNonNull(load(flags).target().pools().get("")).pool();
    }

    public static RoutedModelSettings onlyModel(RouterSettings settings) {
        return Objects.requireNonNull(settings.models().get(""));
    }

    private static RoutedModelSettings load(String... flags) {
        return onlyModel(all(flags));
    }

    @Test
    void theExampleLoadsAndItsMethodIsValid() {
        RoutedModelSettings settings = load();
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
    void theExampleOfSeveralModelsLoadsAndItsMethodsAreValid() {
        RouterSettings settings = RouterSettings.loader()
                .load(EXAMPLE.resolveSibling("models.yaml"), Map.of(), List.of())
                .value();

        assertThat(settings.models().keySet()).containsExactly("llama-3.1-8b", "qwen2.5-72b", "qwen2.5-7b");
        assertThat(settings.models().values())
                .extracting(model -> new MethodReader(model.method(), model.fallback()).defaultName())
                .containsExactly("speckv-pc", "specpc", "specpc");
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
        assertThat(RoutedModelSettings.Pool.POLICIES)
                .allSatisfy(policy -> assertThat(
                                LoadBalancerRegistry.getDefaultRegistry().getProvider(policy))
                        .isNotNull());
    }

    @Test
    void oneAttemptMeansNoRetryPolicy() {
        assertThat(PoolChannel.serviceConfig(pool("--target.attempts=1"), TargetServiceGrpc.SERVICE_NAME))
                .doesNotContainKey("methodConfig");
        assertThat(PoolChannel.serviceConfig(pool(), TargetServiceGrpc.SERVICE_NAME))
                .containsKeys("methodConfig", "healthCheckConfig", "loadBalancingConfig");
    }

    @Test
    void everyModelHasItsOwnKeysAndTheRestFromBeside() {
        RouterSettings settings = all(
                "--method.name=specpc",
                "--default-model=small",
                "--models={large: {tokenizer: {target: models/large}, method: {name: snapkv, settings: null}, aliases: [gpt]},"
                        + " small: {compress-from: 512, queue: {running: 4}}}");

        assertThat(settings.models().keySet()).containsExactly("large", "small");
        assertThat(settings.defaultName()).isEqualTo("small");
        RoutedModelSettings large = Objects.requireNonNull(settings.models().get("large"));
        RoutedModelSettings small = Objects.requireNonNull(settings.models().get("small"));
        assertThat(large.tokenizer().target()).isEqualTo(Path.of("models/large"));
        assertThat(small.tokenizer().target()).isEqualTo(Path.of("models/target"));
        assertThat(large.method().name()).isEqualTo("snapkv");
        assertThat(small.method().name()).isEqualTo("specpc");
        assertThat(large.aliases()).containsExactly("gpt");
        assertThat(small.compressFrom()).isEqualTo(512);
        assertThat(small.queue()).isEqualTo(new QueueSettings(4, 1024, 16777216));
        assertThat(large.queue().running()).isEqualTo(1024);
    }

    @Test
    void namesOfModelsAreDistinctAndThere() {
        assertThatThrownBy(() -> all("--models={a: {aliases: [b]}, b: {}}"))
                .hasMessageContaining("aliases of model 'a' hold 'b', which is a name of model 'b'");
        assertThatThrownBy(() -> all("--models={a: {aliases: [c]}, b: {aliases: [c]}}"))
                .hasMessageContaining("aliases of model 'b' hold 'c', which is a name of model 'a'");
        assertThatThrownBy(() -> all("--models={a: {}, '': {}}"))
                .hasMessageContaining("models: the name '' has 0 characters, must have 1 to 128");
        assertThatThrownBy(() -> all("--models={a: {}, b: {}}", "--default-model=c"))
                .hasMessageContaining("default-model is c, must be one of models: [a, b]");
        assertThatThrownBy(() -> all("--models={a: {limits: {new-tokens: 0}}}"))
                .hasMessageContaining("new-tokens is 0, must be at least 1")
                .hasMessageContaining("models.a");
    }
}
