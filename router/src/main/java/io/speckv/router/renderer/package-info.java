/** Who lays chats out: the template of the model's folder, or the renderer of an engine that serves the model. */
@NullMarked
package io.speckv.router.renderer;

import org.jspecify.annotations.NullMarked;
