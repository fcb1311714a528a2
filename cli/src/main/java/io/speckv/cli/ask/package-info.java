/** Commands that ask a question: of a router, or of models in this process. */
@NullMarked
package io.speckv.cli.ask;

import org.jspecify.annotations.NullMarked;
