/**
 * What draft and target services have in common: a {@link io.speckv.serving.ServedModel}, its settings, and the translation
 * of its failures and messages.
 */
@NullMarked
package io.speckv.serving;

import org.jspecify.annotations.NullMarked;
