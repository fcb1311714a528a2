package io.speckv.kit.failure;

import io.grpc.Status;

/**
 * Every reason for which a request can fail. Clients get the name as the stable {@code reason} of the ErrorInfo. gRPC and
 * its retry policies see the status.
 */
public enum FailureCode {
    /** A field's value breaks its rule; the failure names the field. */
    FIELD_INVALID(Status.Code.INVALID_ARGUMENT),
    /** A token id is not below the vocabulary size. */
    TOKEN_OUT_OF_VOCAB(Status.Code.INVALID_ARGUMENT),
    /** The prompt does not fit the model, after compression. */
    PROMPT_TOO_LONG(Status.Code.INVALID_ARGUMENT),
    /** No model of that name is served. */
    MODEL_UNKNOWN(Status.Code.NOT_FOUND),
    /** Tokens of one tokenizer were sent to a model with another one. */
    TOKENIZER_MISMATCH(Status.Code.FAILED_PRECONDITION),
    /** The method needs a token classifier, and the draft service has none. */
    CLASSIFIER_MISSING(Status.Code.FAILED_PRECONDITION),
    /** The queue is full; the answer says when to try again. */
    QUEUE_FULL(Status.Code.RESOURCE_EXHAUSTED),
    /** The device has no memory left for the KV cache. */
    KV_MEMORY(Status.Code.RESOURCE_EXHAUSTED),
    /** The client read too slowly for too long. */
    SLOW_CONSUMER(Status.Code.RESOURCE_EXHAUSTED),
    /** The model is not loaded or warm yet. */
    LOADING(Status.Code.UNAVAILABLE),
    /** The process is about to stop. */
    DRAINING(Status.Code.UNAVAILABLE),
    /** No target can be reached. */
    NO_TARGET(Status.Code.UNAVAILABLE),
    /** The engine's renderer, which the model's chats need, cannot be asked. */
    NO_RENDERER(Status.Code.UNAVAILABLE),
    /** The target went away after the first token. */
    TARGET_LOST(Status.Code.UNAVAILABLE),
    /** The draft went away and the fallback policy forbids going on without it. */
    DRAFT_UNAVAILABLE(Status.Code.UNAVAILABLE),
    /** The deadline passed; the metadata says whether the target had given a token, if it was asked. */
    DEADLINE(Status.Code.DEADLINE_EXCEEDED),
    /** The caller went away. */
    CANCELLED(Status.Code.CANCELLED),
    /** The call carries no bearer token. */
    TOKEN_MISSING(Status.Code.UNAUTHENTICATED),
    /** The call's bearer token is not accepted. */
    TOKEN_REJECTED(Status.Code.UNAUTHENTICATED),
    /** The model produced NaN or infinite numbers. */
    NON_FINITE(Status.Code.INTERNAL),
    /** Any other failure. The log has the details under the error id in the message. */
    UNEXPECTED(Status.Code.INTERNAL);

    private final Status.Code status;

    FailureCode(Status.Code status) {
        this.status = status;
    }

    /** Returns the gRPC status code of this reason. */
    public Status.Code status() {
        return status;
    }
}
