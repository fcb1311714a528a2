package io.speckv.enginetarget.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A call to an engine.
 *
 * @param path of the route
 */
public record EngineCall(String path, ObjectNode body) {}
