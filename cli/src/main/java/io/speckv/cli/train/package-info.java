/** Commands that make models: training, drafts out of targets, and a draft with fewer tokens. */
@NullMarked
package io.speckv.cli.train;

import org.jspecify.annotations.NullMarked;
