package io.speckv.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.PolyglotAccess;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;

/**
 * One Jinja template, parsed and ready to render, run by Hugging Face's own JavaScript engine for chat templates.
 *
 * <p>The script sees a JSON string and nothing of this process: no files, no classes, no threads. A template is parsed once
 * for each context; as many contexts as render at the same time are made, at most {@link #CONTEXTS_MAX}. Thread-safe.
 */
final class JinjaScript implements AutoCloseable {
    private static final String LIBRARY = "huggingface-jinja-0.5.11.cjs";
    private static final int CONTEXTS_MAX = 4;

    private final String template;
    private final Engine engine;
    private final Source source;
    private final Semaphore permits = new Semaphore(CONTEXTS_MAX, true);
    private final Deque<Value> idle = new ConcurrentLinkedDeque<>();

    /**
     * @throws ChatTemplateException if the template cannot be parsed
     */
    JinjaScript(String template) {
        this.template = template;
        // A plain JDK has no compiler for scripts; the warning would tell people to install another one for a few ms.
        engine = Engine.newBuilder("js")
                .option("engine.WarnInterpreterOnly", "false")
                .build();
        source = Source.newBuilder("js", wrapped(library()), LIBRARY).buildLiteral();
        idle.push(newRenderer());
    }

    /**
     * Returns the text of the template.
     *
     * @param variablesJson a JSON object, from name to value
     * @throws ChatTemplateException if the template raises an error or uses what the engine does not know
     */
    String render(String variablesJson) {
        permits.acquireUninterruptibly();
        try {
            Value renderer = idle.poll();
            renderer = renderer == null ? newRenderer() : renderer;
            try {
                Value text = renderer.execute(variablesJson);
                if (!text.isString()) {
                    throw new ChatTemplateException("expected the chat template to give text, found " + text);
                }
                return text.asString();
            } catch (PolyglotException e) {
                throw new ChatTemplateException("the chat template failed: " + e.getMessage(), e);
            } finally {
                idle.push(renderer);
            }
        } finally {
            permits.release();
        }
    }

    @Override
    public void close() {
        engine.close(true);
    }

    private Value newRenderer() {
        Context context = Context.newBuilder("js")
                .engine(engine)
                .allowHostAccess(HostAccess.NONE)
                .allowPolyglotAccess(PolyglotAccess.NONE)
                .build();
        try {
            return context.eval(source).execute(template);
        } catch (PolyglotException e) {
            context.close(true);
            throw new ChatTemplateException("the chat template cannot be parsed: " + e.getMessage(), e);
        }
    }

    /** Returns a script whose value is a function from template to a function from variables to text. */
    private static String wrapped(String library) {
        return "(function () {\n"
                + "  const module = {exports: {}};\n"
                + "  (function (module, exports) {" + library + "\n})(module, module.exports);\n"
                + "  return function (text) {\n"
                + "    const template = new module.exports.Template(text);\n"
                + "    return (variables) => template.render(JSON.parse(variables));\n"
                + "  };\n"
                + "})()";
    }

    private static String library() {
        try (InputStream in = JinjaScript.class.getResourceAsStream(LIBRARY)) {
            if (in == null) {
                throw new AssertionError(LIBRARY + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
