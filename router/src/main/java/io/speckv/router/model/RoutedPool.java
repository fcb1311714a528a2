package io.speckv.router.model;

import io.speckv.router.run.RouterParts;

/**
 * One pool of a model's targets.
 *
 * @param name empty for the only one
 * @param weight its share of the requests, relative to the weights of the other pools
 * @param parts that its requests share
 */
record RoutedPool(String name, int weight, RouterParts parts) {
    /** Returns why requests would not be served here now; empty where they would be. */
    String trouble() {
        return parts.directory().trouble();
    }
}
