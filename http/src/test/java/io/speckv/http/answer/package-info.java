@NullMarked
package io.speckv.http.answer;

import org.jspecify.annotations.NullMarked;
