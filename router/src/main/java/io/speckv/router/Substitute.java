package io.speckv.router;

/**
 * What is done for a request without its draft.
 *
 * @param method that the target applies alone
 * @param lookahead all that the target gets with the request; empty where the method needs none
 */
record Substitute(RequestedMethod method, int[] lookahead) {}
