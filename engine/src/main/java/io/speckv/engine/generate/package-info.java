/**
 * How a draft reads a prompt and a target answers it: {@link io.speckv.engine.generate.DraftReader},
 * {@link io.speckv.engine.generate.TargetPrefill} and {@link io.speckv.engine.generate.Answer}. The services and the command
 * line share these classes.
 */
@NullMarked
package io.speckv.engine.generate;

import org.jspecify.annotations.NullMarked;
