/** What a config says of a model: family, layers, sizes, rotations. Nothing here knows tensors. */
@NullMarked
package io.speckv.engine.checkpoint.config;

import org.jspecify.annotations.NullMarked;
