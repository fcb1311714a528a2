/** Who may run now, who waits and who is refused. Read {@link io.speckv.kit.admission.Admission}. */
@NullMarked
package io.speckv.kit.admission;

import org.jspecify.annotations.NullMarked;
