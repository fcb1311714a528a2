/** Commands that make models: training, and a draft with fewer tokens. */
@NullMarked
package io.speckv.cli.train;

import org.jspecify.annotations.NullMarked;
