package io.speckv.http.request;

import io.speckv.http.connection.Exchange;

/** The forms in which the APIs name and lay out answers. */
public enum AnswerForm {
    /** {@code /v1/chat/completions}. */
    CHAT("messages", "chatcmpl-"),
    /** {@code /v1/completions}. */
    COMPLETION("prompt", "cmpl-"),
    /** {@code /v1/responses}. */
    RESPONSE("input", "resp_"),
    /** {@code /v1/messages}. */
    MESSAGE("messages", "msg_");

    private final String promptField;
    private final String idPrefix;

    AnswerForm(String promptField, String idPrefix) {
        this.promptField = promptField;
        this.idPrefix = idPrefix;
    }

    /** Returns the request's field that holds the prompt. */
    public String promptField() {
        return promptField;
    }

    /** Returns the id of the answer to a request. */
    public String id(Exchange exchange) {
        return idPrefix + exchange.requestId();
    }
}
