/** Commands that make models: training, drafts made of targets, and drafts with smaller vocabularies. */
@NullMarked
package io.speckv.cli.train;

import org.jspecify.annotations.NullMarked;
