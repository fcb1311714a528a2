/** Decides which requests run now, which wait and which are refused. Read {@link io.speckv.kit.admission.Admission}. */
@NullMarked
package io.speckv.kit.admission;

import org.jspecify.annotations.NullMarked;
