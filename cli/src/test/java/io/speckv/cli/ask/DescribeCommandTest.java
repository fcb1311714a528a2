package io.speckv.cli.ask;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.cli.CommandRun;
import io.speckv.cli.FakeRouter;
import io.speckv.proto.v1.DescribeResponse;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.MethodDescription;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.proto.v1.ServedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@link DescribeCommand} makes of what a router says that it serves. */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class DescribeCommandTest {
    private static final ModelDescription BIG = ModelDescription.newBuilder()
            .setName("big")
            .setFamily("qwen2")
            .setDtype("bf16")
            .setDevice("cpu")
            .setLayerCount(24)
            .setHeadCount(14)
            .setKvHeadCount(2)
            .setHeadDim(64)
            .setKvBytesPerToken(12_288)
            .setMaxPromptTokenCount(32_000)
            .setMaxNewTokenCount(512)
            .setVocabSize(151_936)
            .build();

    private static DescribeResponse.Builder serving() {
        return DescribeResponse.newBuilder()
                .setDefaultMethod("speckv-pc")
                .setDefaultFallback(FallbackPolicy.FALLBACK_POLICY_FULL)
                .addMethods(MethodDescription.newBuilder().setName("full").setSummary("Keeps all."))
                .setVersion("1.2.3");
    }

    private static CommandRun describe(DescribeResponse served, String... more) {
        try (FakeRouter router = FakeRouter.describing(served)) {
            String[] all = new String[more.length + 3];
            System.arraycopy(new String[] {"describe", "--router", router.address()}, 0, all, 0, 3);
            System.arraycopy(more, 0, all, 3, more.length);
            return CommandRun.of(all);
        }
    }

    @Test
    void oneModelIsDescribedAndNotListed() {
        CommandRun run = describe(serving()
                .setDefaultModel("big")
                .addModels(ServedModel.newBuilder().setName("big").setReady(true))
                .addTargets(BIG)
                .build());

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).isEqualTo("""
            target  big
                    qwen2, bf16 on cpu; 24 layers, 14 heads (2 KV) of 64; KV 12.3 kB a token
                    weights stored as (not said)
                    prompts up to 32000 tokens, answers up to 512; vocabulary 151936

            methods (default speckv-pc; without a draft: full)
              full  Keeps all.

            version 1.2.3
            """);
    }

    @Test
    void aRouterWithoutATargetSaysWhatItWaitsFor() {
        CommandRun run = describe(serving()
                .addModels(ServedModel.newBuilder()
                        .setNotReadyReason("no target can be reached")
                        .setDefaultMethod("speckv-pc")
                        .setCompressFrom(2048))
                .build());

        assertThat(run.out()).startsWith("""
            model   (not named yet) (default)
                    not ready: no target can be reached; speckv-pc from 2048 tokens on
            """).doesNotContain("target  ");
    }

    @Test
    void theMethodsOfAModelThatIsAskedForAreThatModels() {
        assertThat(describe(serving().addTargets(BIG).build(), "--model", "big").out())
                .contains("\nmethods of big (default speckv-pc; without a draft: full)\n");
    }

    @ParameterizedTest
    @CsvSource({"0, (not known here)", "1, full", "2, snapkv", "3, fail", "4, ngram", "9999, (not known here)"})
    void everyPolicyHasItsNameEvenThatOfANewerRouter(int policy, String name) {
        CommandRun run = describe(
                serving().addTargets(BIG).setDefaultFallbackValue(policy).build());

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("; without a draft: " + name + ")\n");
    }

    @Test
    void aRouterWithoutMethodsHasNoneToList() {
        DescribeResponse none = DescribeResponse.newBuilder().addTargets(BIG).build();

        assertThat(describe(none).status()).isZero();
        assertThat(describe(none, "--json").out().lines())
                .singleElement()
                .asString()
                .contains("\"targets\":[{\"name\":\"big\"");
    }
}
