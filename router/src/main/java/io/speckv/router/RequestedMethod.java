package io.speckv.router;

import io.speckv.selection.method.Method;

/**
 * A method with the settings of one request.
 *
 * @param message the same for the target, every setting that is not the method's own default included
 */
record RequestedMethod(Method method, io.speckv.proto.v1.Method message) {
    String name() {
        return method.name();
    }
}
