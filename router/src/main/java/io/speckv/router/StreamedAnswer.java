package io.speckv.router;

import io.speckv.kit.stream.StreamWriter;
import io.speckv.proto.v1.GenerateResponse;

/** An answer that leaves as it comes. */
final class StreamedAnswer implements AnswerSink {
    private final StreamWriter<GenerateResponse> stream;

    StreamedAnswer(StreamWriter<GenerateResponse> stream) {
        this.stream = stream;
    }

    @Override
    public boolean offer(GenerateResponse message) {
        return stream.offer(message);
    }

    @Override
    public void onRoom(Runnable callback) {
        stream.onRoom(callback);
    }

    @Override
    public void finish() {
        stream.finish();
    }

    @Override
    public void fail(Throwable failure) {
        stream.fail(failure);
    }
}
