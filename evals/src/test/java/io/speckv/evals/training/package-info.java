@NullMarked
package io.speckv.evals.training;

import org.jspecify.annotations.NullMarked;
