package io.speckv.http;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.speckv.kit.failure.Failures;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.AnswerMarks;
import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.DescribeRequest;
import io.speckv.proto.v1.DescribeResponse;
import io.speckv.proto.v1.ExplainRequest;
import io.speckv.proto.v1.ExplainResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.InferenceServiceGrpc;
import io.speckv.proto.v1.MethodDescription;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.ServedModel;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.proto.v1.TokenIds;
import io.speckv.proto.v1.TokenSpans;
import io.speckv.proto.v1.TokenizeRequest;
import io.speckv.proto.v1.TokenizeResponse;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An InferenceService that answers with fixed words, and keeps what it was asked. */
final class FakeInference extends InferenceServiceGrpc.InferenceServiceImplBase implements ServerInterceptor {
    /** The model that cannot do all. */
    static final String ENGINE = "over-an-engine";
    /** The model that nobody serves yet. */
    static final String DOWN = "down-from-the-start";
    /** The model that has no chat template. */
    static final String BASE = "base-model";

    private static final Pattern AFTER_SPACES = Pattern.compile("(?<= )");

    static final List<String> WORDS = List.of("The", " code", " is", " 4711", ".");
    private static final Context.Key<String> AUTHORIZATION = Context.key("authorization");

    final BlockingQueue<GenerateRequest> requests = new LinkedBlockingQueue<>();
    final BlockingQueue<ExplainRequest> explained = new LinkedBlockingQueue<>();
    final BlockingQueue<String> authorizations = new LinkedBlockingQueue<>();
    /** Of every call, whatever it asks. */
    final BlockingQueue<Metadata> headers = new LinkedBlockingQueue<>();

    final CountDownLatch cancelled = new CountDownLatch(1);
    final AtomicInteger sent = new AtomicInteger();
    /** Whether explanations tell a mark of a word's length where text was left out. */
    volatile boolean marks;

    private static final int PIECE_CHARS = 3;
    private GenerateRequest last = GenerateRequest.getDefaultInstance();
    private final Consumer<ServerCallStreamObserver<GenerateResponse>> answer;

    private FakeInference(@Nullable Consumer<ServerCallStreamObserver<GenerateResponse>> answer) {
        this.answer = answer == null ? this::words : answer;
    }

    /** Returns a service that answers with {@link #WORDS}. */
    static FakeInference answering() {
        return new FakeInference(null);
    }

    /** Returns a service whose generations fail. */
    static FakeInference failing(RequestException failure) {
        return new FakeInference(observer -> observer.onError(Failures.encode(failure)));
    }

    /** Returns a service that answers as {@code answer} does. */
    static FakeInference with(Consumer<ServerCallStreamObserver<GenerateResponse>> answer) {
        return new FakeInference(answer);
    }

    /** Returns a service that answers as {@code answer} does to what it is asked. */
    static FakeInference byRequest(BiConsumer<GenerateRequest, ServerCallStreamObserver<GenerateResponse>> answer) {
        FakeInference[] self = new FakeInference[1];
        self[0] = new FakeInference(call -> answer.accept(self[0].last, call));
        return self[0];
    }

    /** Returns a service that says what {@code script} makes of a request, by few characters at a time. */
    static FakeInference scripted(AnswerMarks marks, Function<GenerateRequest, String> script) {
        FakeInference[] self = new FakeInference[1];
        self[0] = new FakeInference(call -> {
            GenerateRequest request = self[0].last;
            String text = script.apply(request);
            call.onNext(GenerateResponse.newBuilder()
                    .setStarted(FakeMessages.started().getStarted().toBuilder()
                            .setAnswerMarks(marks)
                            .setPromptTokenCount(1000))
                    .build());
            for (int at = 0; at < text.length(); at += PIECE_CHARS) {
                call.onNext(GenerateResponse.newBuilder()
                        .setDelta(TokenDelta.newBuilder()
                                .setFirstIndex(at / PIECE_CHARS)
                                .addTokenIds(at / PIECE_CHARS)
                                .setText(text.substring(at, Math.min(text.length(), at + PIECE_CHARS))))
                        .build());
            }
            call.onNext(FakeMessages.finished());
            call.onCompleted();
        });
        return self[0];
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        this.headers.add(headers);
        String value = headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER));
        Context context = Context.current().withValue(AUTHORIZATION, value == null ? "" : value);
        return Contexts.interceptCall(context, call, headers, next);
    }

    @Override
    public void generate(GenerateRequest request, StreamObserver<GenerateResponse> observer) {
        authorizations.add(AUTHORIZATION.get());
        ServerCallStreamObserver<GenerateResponse> call = (ServerCallStreamObserver<GenerateResponse>) observer;
        call.setOnCancelHandler(cancelled::countDown);
        requests.add(request);
        synchronized (this) {
            last = request;
            answer.accept(call);
        }
    }

    private void words(StreamObserver<GenerateResponse> observer) {
        observer.onNext(FakeMessages.started());
        for (int i = 0; i < WORDS.size(); i++) {
            observer.onNext(FakeMessages.delta(i, WORDS.get(i)));
        }
        observer.onNext(FakeMessages.finished());
        observer.onCompleted();
    }

    private static String textOf(Prompt prompt) {
        return switch (prompt.getInputCase()) {
            case TEXT -> prompt.getText();
            case CHAT -> prompt.getChat().getMessages(0).getContent();
            default -> "a prompt of ids";
        };
    }

    @Override
    public void explain(ExplainRequest request, StreamObserver<ExplainResponse> observer) {
        explained.add(request);
        String text = textOf(request.getPrompt());
        ExplainResponse.Builder explained = ExplainResponse.newBuilder().setText(text);
        TokenSpans.Builder spans = TokenSpans.newBuilder();
        TokenIds.Builder ids = TokenIds.newBuilder();
        int at = 0;
        int left = 0;
        int marked = 0;
        for (String word : AFTER_SPACES.split(text, -1)) {
            boolean matters = word.contains("4711") || word.contains("code");
            ids.addIds(at);
            spans.addStarts(at).addEnds(at + word.codePointCount(0, word.length()));
            at += word.codePointCount(0, word.length());
            boolean kept = matters || word.length() > 5;
            explained.addScores(matters ? 0.9f : 0.1f * (word.length() % 5)).addKept(kept);
            left = kept ? 0 : left + 1;
            if (marks) {
                explained.addMarked(left == 1);
                marked += left == 1 ? 1 : 0;
            }
        }
        observer.onNext(explained
                .setTokens(ids)
                .setSpans(spans)
                .setCompression(CompressionReport.newBuilder()
                        .setAppliedMethod("specpc")
                        .setMarkTokenCount(marked))
                .addAllTimings(FakeMessages.timings())
                .build());
        observer.onCompleted();
    }

    /** A token is a word. */
    @Override
    public void tokenize(TokenizeRequest request, StreamObserver<TokenizeResponse> observer) {
        String text = textOf(request.getPrompt());
        TokenIds.Builder ids = TokenIds.newBuilder();
        for (String word : AFTER_SPACES.split(text, -1)) {
            ids.addIds(word.length());
        }
        observer.onNext(TokenizeResponse.newBuilder().setTokens(ids).build());
        observer.onCompleted();
    }

    @Override
    public void describe(DescribeRequest request, StreamObserver<DescribeResponse> observer) {
        Struct budget = Struct.newBuilder()
                .putFields(
                        "max_capacity_prompt",
                        Value.newBuilder().setNumberValue(256).build())
                .build();
        DescribeResponse.Builder served =
                DescribeResponse.newBuilder().setDefaultMethod("specpc").setDefaultModel("tiny");
        boolean engine = request.getModel().equals(ENGINE);
        for (String method : engine ? List.of("specpc", "full") : List.of("specpc", "speckv", "full")) {
            served.addMethods(MethodDescription.newBuilder()
                    .setName(method)
                    .setSummary("Does what " + method + " does.")
                    .setNeedsDraft(!method.equals("full"))
                    .setDefaultSettings(method.equals("full") ? Struct.getDefaultInstance() : budget));
        }
        observer.onNext(served.addTargets(
                        ModelDescription.newBuilder().setName("tiny").setMaxPromptTokenCount(4096))
                .addTargets(ModelDescription.newBuilder().setName(ENGINE).setMaxPromptTokenCount(9000))
                .addModels(
                        ServedModel.newBuilder().setName("tiny").setReady(true).setDefaultMethod("specpc"))
                .addModels(ServedModel.newBuilder()
                        .setName(ENGINE)
                        .addAliases("gpt/x")
                        .setNotReadyReason("no target can be reached")
                        .setDefaultMethod("specpc")
                        .setCompressFrom(2048))
                .addModels(ServedModel.newBuilder()
                        .setName(DOWN)
                        .addAliases("down")
                        .setNotReadyReason("no target has described itself yet"))
                .addModels(ServedModel.newBuilder()
                        .setName(BASE)
                        .setReady(true)
                        .setNoChatsReason("it has no chat template that can be read"))
                .build());
        observer.onCompleted();
    }
}
