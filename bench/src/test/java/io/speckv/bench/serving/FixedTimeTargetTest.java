package io.speckv.bench.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.LookaheadTokens;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.TargetServiceDescribeRequest;
import io.speckv.proto.v1.TargetServiceGenerateRequest;
import io.speckv.proto.v1.TargetServiceGenerateResponse;
import io.speckv.proto.v1.TargetServiceGrpc;
import io.speckv.proto.v1.TokenDelta;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls and answers pass in the thread of the test, which also does the target's work when it comes. */
class FixedTimeTargetTest {
    private static final ModelDescription MODEL =
            ModelDescription.newBuilder().setName("made-up").build();
    private static final int HELD = FixedTimeTarget.HELD_TOKENS;

    private final BlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
    private final FixedTimeTarget target = new FixedTimeTarget(MODEL, Duration.ZERO, work::add);
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws Exception {
        String name = InProcessServerBuilder.generateName();
        server = InProcessServerBuilder.forName(name)
                .directExecutor()
                .addService(target)
                .build()
                .start();
        channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.shutdownNow();
    }

    /** A caller who takes as many messages as it asks for. */
    private static final class Caller
            implements ClientResponseObserver<TargetServiceGenerateRequest, TargetServiceGenerateResponse> {
        private final List<TargetServiceGenerateResponse> messages = new ArrayList<>();
        private final int atFirst;
        private final List<ClientCallStreamObserver<TargetServiceGenerateRequest>> calls = new ArrayList<>();
        private boolean completed;

        Caller(int atFirst) {
            this.atFirst = atFirst;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<TargetServiceGenerateRequest> stream) {
            calls.add(stream);
            stream.disableAutoRequestWithInitial(atFirst);
        }

        @Override
        public void onNext(TargetServiceGenerateResponse message) {
            messages.add(message);
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
            completed = true;
        }

        ClientCallStreamObserver<TargetServiceGenerateRequest> call() {
            return calls.get(0);
        }

        List<TokenDelta> deltas() {
            return messages.stream()
                    .filter(TargetServiceGenerateResponse::hasDelta)
                    .map(TargetServiceGenerateResponse::getDelta)
                    .toList();
        }
    }

    /** A caller whose answer of so many tokens has begun. */
    private Caller ask(int tokens, int takes) throws InterruptedException {
        Caller caller = new Caller(takes);
        StreamObserver<TargetServiceGenerateRequest> requests =
                TargetServiceGrpc.newStub(channel).generate(caller);
        requests.onNext(TargetServiceGenerateRequest.newBuilder()
                .setStart(GenerationStart.newBuilder()
                        .setSampling(SamplingSettings.newBuilder().setMaxNewTokens(tokens)))
                .build());
        Objects.requireNonNull(work.poll(1, TimeUnit.MINUTES), "nothing to do").run();
        return caller;
    }

    @Test
    void itDescribesTheModelThatItIsGiven() {
        assertThat(TargetServiceGrpc.newBlockingStub(channel)
                        .describe(TargetServiceDescribeRequest.getDefaultInstance())
                        .getModel())
                .isEqualTo(MODEL);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 300})
    void anAnswerHasTheTokensThatWereAskedForAndThenEnds(int tokens) throws InterruptedException {
        Caller caller = ask(tokens, tokens + 1);
        assertThat(caller.deltas().stream().map(TokenDelta::getFirstIndex))
                .containsExactlyElementsOf(IntStream.range(0, tokens).boxed().toList());
        assertThat(caller.deltas()).allMatch(delta -> delta.getTokenIdsCount() == 1);
        var finished = caller.messages.get(tokens).getFinished();
        assertThat(finished.getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_MAX_NEW_TOKENS);
        assertThat(finished.getUsage().getGeneratedTokenCount()).isEqualTo(tokens);
        assertThat(caller.completed).isTrue();
        assertThat(target.held()).isZero();
    }

    @Test
    void tokensAreWrittenAsFastAsTheyAreRead() throws InterruptedException {
        Caller caller = ask(5, 2);
        assertThat(caller.messages).hasSize(2);
        caller.call().request(1);
        assertThat(caller.messages).hasSize(3);
        caller.call().request(100);
        assertThat(caller.deltas()).hasSize(5);
        assertThat(caller.completed).isTrue();
    }

    @Test
    void lookaheadThatComesLaterBeginsNothing() throws InterruptedException {
        Caller caller = ask(HELD, 100);
        caller.call()
                .onNext(TargetServiceGenerateRequest.newBuilder()
                        .setLookahead(LookaheadTokens.getDefaultInstance())
                        .build());
        caller.call().onCompleted();
        assertThat(work).isEmpty();
        assertThat(caller.deltas()).hasSize(1);
    }

    @Test
    void anAnswerOfTheLengthThatIsHeldWaitsAfterItsFirstToken() throws InterruptedException {
        Caller one = ask(HELD, 100);
        Caller other = ask(HELD, 100);
        assertThat(target.held()).isEqualTo(2);
        assertThat(one.deltas()).hasSize(1);
        assertThat(other.completed).isFalse();

        target.release();
        assertThat(target.held()).isZero();
        assertThat(one.deltas()).hasSize(HELD);
        assertThat(other.deltas()).hasSize(HELD);
        assertThat(other.completed).isTrue();
    }

    @Test
    void whoGoesAwayIsNotHeld() throws InterruptedException {
        Caller gone = ask(HELD, 100);
        Caller stays = ask(HELD, 100);
        gone.call().cancel("enough", null);
        assertThat(target.held()).isEqualTo(1);
        target.release();
        assertThat(gone.deltas()).hasSize(1);
        assertThat(stays.deltas()).hasSize(HELD);
    }
}
