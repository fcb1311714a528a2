package io.speckv.router.reply;

import io.opentelemetry.api.common.AttributeKey;

/** Attributes of the router's stage spans. */
final class SpanKeys {
    static final AttributeKey<String> METHOD = AttributeKey.stringKey("speckv.method");
    static final AttributeKey<Long> KEPT_TOKENS = AttributeKey.longKey("speckv.kept_tokens");

    private SpanKeys() {}
}
