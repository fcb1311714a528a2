package io.speckv.kit.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a {@code Map<String, R>} of settings records by name, in the order of the file. The keys of {@code R} may also stand
 * beside the map's own key, and give the values of keys that an entry does not set. Without entries the map holds one record
 * under the empty name, made from the keys beside it.
 *
 * <pre>
 * attempts: 3
 * pools:
 *   stable: {port: 9002}
 *   canary: {port: 9012, attempts: 1}
 * </pre>
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface ByName {}
