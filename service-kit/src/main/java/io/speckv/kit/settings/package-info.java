/**
 * One typed settings record per process, read from defaults, file, environment and flags, in that order. Nothing else
 * reads the environment. Read {@link io.speckv.kit.settings.SettingsLoader} first.
 */
@NullMarked
package io.speckv.kit.settings;

import org.jspecify.annotations.NullMarked;
