/**
 * A draft reading a prompt and a target answering it: {@link io.speckv.engine.generate.DraftReader}, {@link
 * io.speckv.engine.generate.TargetPrefill} and {@link io.speckv.engine.generate.Answer}, which the services and the
 * command line share.
 */
@NullMarked
package io.speckv.engine.generate;

import org.jspecify.annotations.NullMarked;
