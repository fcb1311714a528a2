package io.speckv.text.jinja;

import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A parsed Jinja template. Immutable and thread-safe. */
public final class JinjaTemplate {
    private final List<Statement> statements;
    private final Map<String, Object> globals;

    private JinjaTemplate(List<Statement> statements, Map<String, Object> globals) {
        this.statements = statements;
        this.globals = globals;
    }

    /**
     * Returns a template parsed with the options and functions of chat templates: {@code trim_blocks}, {@code lstrip_blocks},
     * {@code break} and {@code continue}, {@code tojson} without escapes, {@code raise_exception} and {@code strftime_now}.
     *
     * @param clock time of {@code strftime_now}
     * @throws JinjaException if it cannot be parsed
     */
    public static JinjaTemplate parse(String source, Clock clock) {
        try {
            return new JinjaTemplate(TemplateParser.parse(source), Globals.of(clock));
        } catch (StackOverflowError e) {
            throw new JinjaException("the template is nested too deeply", e);
        }
    }

    /**
     * Returns the text of the template.
     *
     * @param variables strings, numbers, booleans, nulls, lists and maps of such
     * @throws JinjaException if the template raises an error, or does what Python or the sandbox would refuse
     */
    public String render(Map<String, ? extends @Nullable Object> variables) {
        Map<String, Object> values = new HashMap<>();
        variables.forEach((name, value) -> values.put(name, Values.of(value)));
        Output out = new Output();
        try {
            var unused = Statement.runAll(statements, Scope.of(globals, values), out);
        } catch (StackOverflowError e) {
            throw new JinjaException("the template calls itself too deeply", e);
        }
        return out.text();
    }
}
