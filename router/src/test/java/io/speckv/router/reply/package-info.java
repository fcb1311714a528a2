@NullMarked
package io.speckv.router.reply;

import org.jspecify.annotations.NullMarked;
