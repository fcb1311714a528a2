/** Checks a device: golden cases, variations that must not change a result, and speed beside the device's own limits. */
@NullMarked
package io.speckv.bench.device;

import org.jspecify.annotations.NullMarked;
