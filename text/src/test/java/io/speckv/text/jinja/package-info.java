@NullMarked
package io.speckv.text.jinja;

import org.jspecify.annotations.NullMarked;
