/** What a model is, from its config: family, layers, sizes, rotations. Knows no tensor. */
@NullMarked
package io.speckv.engine.checkpoint.config;

import org.jspecify.annotations.NullMarked;
