/**
 * The decoder with gradients, on libtorch. {@link io.speckv.training.torch.TrainingGraph} loads the TorchScript source in
 * this package's resources together with the engine's own modules.
 */
@NullMarked
package io.speckv.training.torch;

import org.jspecify.annotations.NullMarked;
