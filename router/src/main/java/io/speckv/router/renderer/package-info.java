/** Lays out chats: by the template of the model's folder, or by the renderer of an engine that serves the model. */
@NullMarked
package io.speckv.router.renderer;

import org.jspecify.annotations.NullMarked;
