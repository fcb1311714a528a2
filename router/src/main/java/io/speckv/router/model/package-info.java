/** The models that requests can name: how they are opened, shared out over pools, and replaced at run time. */
@NullMarked
package io.speckv.router.model;

import org.jspecify.annotations.NullMarked;
