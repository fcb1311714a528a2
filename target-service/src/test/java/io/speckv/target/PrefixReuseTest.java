package io.speckv.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.StageSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** With the prefix cache on, chats that share their beginning are answered as without it. */
class PrefixReuseTest {
    private static final int[] SYSTEM = LoopbackTarget.prompt(200);

    @Test
    void sharedBeginningsChangeNoAnswerEvenAmongCancelledRequests() {
        Random random = new Random(11);
        List<GenerationStart> chats = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            chats.add(chat(random, i % 2 == 0 ? "full" : "snapkv"));
        }
        try (LoopbackTarget plain = LoopbackTarget.start("llama-target", "--slots.large.count=4");
                LoopbackTarget sharing =
                        LoopbackTarget.start("llama-target", "--slots.large.count=4", "--prefix-cache=1MiB")) {
            List<TargetCall> calls = new ArrayList<>();
            for (GenerationStart chat : chats) {
                calls.add(sharing.open(chat).halfClose());
                TargetCall doomed = sharing.open(chat(random, "full"));
                if (random.nextBoolean()) {
                    doomed.awaitFirstToken();
                }
                doomed.cancel();
            }
            for (int i = 0; i < chats.size(); i++) {
                assertThat(calls.get(i).result().tokens())
                        .isEqualTo(plain.generate(chats.get(i)).tokens());
            }
            sharing.awaitIdle();
            assertThat(sharing.server().prefixBytes()).isBetween(1L, 1L << 20);
            assertThat(plain.server().prefixBytes()).isZero();
        }
    }

    @Test
    void theAnswerSaysHowMuchOfThePromptWasKnown() {
        Random random = new Random(12);
        try (LoopbackTarget sharing = LoopbackTarget.start("llama-target", "--prefix-cache=1MiB")) {
            assertThat(reused(sharing.generate(chat(random, "full")))).isZero();
            assertThat(reused(sharing.generate(chat(random, "full")))).isBetween(1, SYSTEM.length);
        }
    }

    private static int reused(TargetCall.Result result) {
        return result.finished().getUsage().getCachedTokenCount();
    }

    private static GenerationStart chat(Random random, String method) {
        int[] turn = RandomRequest.tokens(random, 20 + random.nextInt(80));
        int[] prompt = java.util.Arrays.copyOf(SYSTEM, SYSTEM.length + turn.length);
        System.arraycopy(turn, 0, prompt, SYSTEM.length, turn.length);
        Method.Builder chosen = Method.newBuilder().setName(method);
        if (method.equals("snapkv")) {
            chosen.setSettings(
                    StageSettings.newBuilder().setMaxCapacityPrompt(60).setWindowSize(8));
        }
        return LoopbackTarget.start(prompt, 8).setMethod(chosen).build();
    }
}
