package io.speckv.http.request;

import io.speckv.proto.v1.ResponseFormat;

/**
 * The format that an answer is held to.
 *
 * @param field that asks for it, by the client's name
 * @param rule field that holds the schema, the expression or the texts themselves
 */
record AskedFormat(String field, String rule, ResponseFormat format) {}
