/** How calls are spread over the members of a pool. */
@NullMarked
package io.speckv.kit.balance;

import org.jspecify.annotations.NullMarked;
