/** Commands that ask a question, either a router or models in this process. */
@NullMarked
package io.speckv.cli.ask;

import org.jspecify.annotations.NullMarked;
