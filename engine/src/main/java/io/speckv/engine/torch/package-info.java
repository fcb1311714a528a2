/**
 * The decoder graph on libtorch. Start with {@link io.speckv.engine.torch.DecoderModel}. The graph itself is TorchScript
 * source in this package's resources. {@link io.speckv.engine.torch.GraphArchive} also packs graphs of other modules.
 */
@NullMarked
package io.speckv.engine.torch;

import org.jspecify.annotations.NullMarked;
