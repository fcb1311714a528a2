/** Shows how the draft scores a prompt, as text and as a page. Start with {@link io.speckv.cli.explain.ExplainedPrompt}. */
@NullMarked
package io.speckv.cli.explain;

import org.jspecify.annotations.NullMarked;
