@NullMarked
package io.speckv.serving.batch;

import org.jspecify.annotations.NullMarked;
