/** The check of a device: golden cases, what must not change a result, and speed beside the device's own limits. */
@NullMarked
package io.speckv.bench.device;

import org.jspecify.annotations.NullMarked;
