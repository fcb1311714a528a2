package io.speckv.http.request;

import io.speckv.proto.v1.ResponseFormat;

/**
 * What an answer is held to.
 *
 * @param field that asks for it, as the client wrote it
 * @param rule the field that holds the schema, the expression or the texts themselves
 */
record AskedFormat(String field, String rule, ResponseFormat format) {}
