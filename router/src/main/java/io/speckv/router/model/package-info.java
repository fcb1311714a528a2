/** The models that requests can name: opened, spread over, replaced while the router runs. */
@NullMarked
package io.speckv.router.model;

import org.jspecify.annotations.NullMarked;
