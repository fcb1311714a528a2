package io.speckv.http;

/** How the APIs name and lay out answers. */
enum AnswerForm {
    /** {@code /v1/chat/completions}. */
    CHAT("messages", "chatcmpl-") {
        @Override
        AnswerWriter writer(Exchange exchange, Generation generation, AnswerTimes times) {
            return new ChunkWriter(exchange, generation, times, new ChatChoices());
        }
    },
    /** {@code /v1/completions}. */
    COMPLETION("prompt", "cmpl-") {
        @Override
        AnswerWriter writer(Exchange exchange, Generation generation, AnswerTimes times) {
            return new ChunkWriter(exchange, generation, times, new CompletionChoices());
        }
    },
    /** {@code /v1/responses}. */
    RESPONSE("input", "resp_") {
        @Override
        AnswerWriter writer(Exchange exchange, Generation generation, AnswerTimes times) {
            return new ResponseWriter(exchange, generation, times);
        }
    },
    /** {@code /v1/messages}. */
    MESSAGE("messages", "msg_") {
        @Override
        AnswerWriter writer(Exchange exchange, Generation generation, AnswerTimes times) {
            return new MessageWriter(exchange, generation, times);
        }
    };

    private final String promptField;
    private final String idPrefix;

    AnswerForm(String promptField, String idPrefix) {
        this.promptField = promptField;
        this.idPrefix = idPrefix;
    }

    /** Returns the request's field that holds the prompt. */
    String promptField() {
        return promptField;
    }

    /** Returns the id of the answer to a request. */
    String id(Exchange exchange) {
        return idPrefix + exchange.requestId();
    }

    /** Returns what lays out the answer to one request. */
    abstract AnswerWriter writer(Exchange exchange, Generation generation, AnswerTimes times);
}
