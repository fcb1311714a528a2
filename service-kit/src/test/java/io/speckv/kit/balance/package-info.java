@NullMarked
package io.speckv.kit.balance;

import org.jspecify.annotations.NullMarked;
