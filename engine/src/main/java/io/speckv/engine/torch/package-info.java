/**
 * The decoder graph on libtorch. Start with {@link io.speckv.engine.torch.DecoderModel}; the graph itself is TorchScript
 * source beside this package's resources. {@link io.speckv.engine.torch.GraphArchive} packs graphs of other modules too.
 */
@NullMarked
package io.speckv.engine.torch;

import org.jspecify.annotations.NullMarked;
