/**
 * The decoder graph on libtorch: the only package that knows DJL. Start with {@link
 * io.speckv.engine.torch.DecoderModel}; the graph itself is TorchScript source beside this package's resources.
 */
@NullMarked
package io.speckv.engine.torch;

import org.jspecify.annotations.NullMarked;
