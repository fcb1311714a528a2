/** What a router is told: read from files, environment and flags, checked when it starts. */
@NullMarked
package io.speckv.router.settings;

import org.jspecify.annotations.NullMarked;
