@NullMarked
package io.speckv.router.draft;

import org.jspecify.annotations.NullMarked;
