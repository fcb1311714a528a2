package io.speckv.kit;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.speckv.proto.v1.DescribeRequest;
import io.speckv.proto.v1.DescribeResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.InferenceServiceGrpc;
import java.util.function.Consumer;

/** A service whose Generate does what a test says; Describe always answers. */
public final class ScriptedInference extends InferenceServiceGrpc.InferenceServiceImplBase {
    private final Consumer<ServerCallStreamObserver<GenerateResponse>> generate;

    public ScriptedInference(Consumer<ServerCallStreamObserver<GenerateResponse>> generate) {
        this.generate = generate;
    }

    /** Answers Generate with one empty message. */
    public static ScriptedInference answering() {
        return new ScriptedInference(observer -> {
            observer.onNext(GenerateResponse.getDefaultInstance());
            observer.onCompleted();
        });
    }

    @Override
    public void generate(GenerateRequest request, StreamObserver<GenerateResponse> observer) {
        generate.accept((ServerCallStreamObserver<GenerateResponse>) observer);
    }

    @Override
    public void describe(DescribeRequest request, StreamObserver<DescribeResponse> observer) {
        observer.onNext(DescribeResponse.newBuilder().setVersion("test").build());
        observer.onCompleted();
    }
}
