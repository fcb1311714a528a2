@NullMarked
package io.speckv.evals.fidelity;

import org.jspecify.annotations.NullMarked;
