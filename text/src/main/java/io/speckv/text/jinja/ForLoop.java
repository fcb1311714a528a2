package io.speckv.text.jinja;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code for}.
 *
 * @param filter selects elements; null for all
 */
record ForLoop(
        Target target,
        Expression iterable,
        @Nullable Expression filter,
        boolean recursive,
        List<Statement> body,
        List<Statement> otherwise)
        implements Statement {

    @Override
    public Flow run(Scope scope, Output out) {
        run(iterable.evaluate(scope), scope, out, 0);
        return Flow.NEXT;
    }

    private void run(Object iterated, Scope scope, Output out, int depth) {
        List<Object> elements = counting(iterated, scope);
        Loop loop = new Loop(elements, depth, recursive ? arguments -> again(arguments, scope, depth) : null);
        // As in Jinja, what stands behind "else" follows unless the body was run to its end once.
        boolean ended = false;
        for (; loop.at < elements.size(); loop.at++) {
            scope.work().step();
            Scope inner = scope.inner();
            target.assign(inner, elements.get(loop.at));
            inner.set("loop", loop);
            Flow flow = Statement.runAll(body, inner, out);
            if (flow == Flow.BREAK) {
                break;
            }
            ended |= flow == Flow.NEXT;
        }
        if (!ended) {
            var unused = Statement.runAll(otherwise, scope.inner(), out);
        }
    }

    private Object again(Arguments arguments, Scope scope, int depth) {
        Output text = new Output();
        run(arguments.get(0, "iterable"), scope, text, depth + 1);
        return text.text();
    }

    private List<Object> counting(Object iterated, Scope scope) {
        List<Object> all = Values.list(iterated);
        if (filter == null) {
            return all;
        }
        List<Object> counting = new ArrayList<>();
        for (Object element : all) {
            scope.work().step();
            Scope inner = scope.inner();
            target.assign(inner, element);
            if (Values.truth(filter.evaluate(inner))) {
                counting.add(element);
            }
        }
        return counting;
    }

    /** The variable {@code loop}. */
    private static final class Loop implements Attributes, Callable {
        private final List<Object> elements;
        private final int depth;
        private final @Nullable Callable again;
        private int at;
        private @Nullable Object lastChanged;

        private Loop(List<Object> elements, int depth, @Nullable Callable again) {
            this.elements = elements;
            this.depth = depth;
            this.again = again;
        }

        @Override
        public Object call(Arguments arguments) {
            if (again == null) {
                throw new JinjaException("The loop must have the 'recursive' marker to be called recursively.");
            }
            return again.call(arguments);
        }

        private Object cycle(List<Object> values) {
            if (values.isEmpty()) {
                throw new JinjaException("no items for cycling given");
            }
            return values.get(at % values.size());
        }

        @Override
        public String toString() {
            return "<LoopContext " + (at + 1) + "/" + elements.size() + ">";
        }

        @Override
        public @Nullable Object attribute(String name) {
            int size = elements.size();
            return switch (name) {
                case "index" -> at + 1L;
                case "index0" -> (long) at;
                case "revindex" -> (long) size - at;
                case "revindex0" -> size - at - 1L;
                case "first" -> at == 0;
                case "last" -> at == size - 1;
                case "length" -> (long) size;
                case "depth" -> depth + 1L;
                case "depth0" -> (long) depth;
                case "previtem" -> at > 0 ? elements.get(at - 1) : new Undefined("there is no previous item");
                case "nextitem" -> at + 1 < size ? elements.get(at + 1) : new Undefined("there is no next item");
                case "cycle" -> (Callable) arguments -> cycle(arguments.positional());
                case "changed" ->
                    (Callable) arguments -> {
                        Tuple now = new Tuple(arguments.positional());
                        boolean changed = lastChanged == null || !Comparisons.same(lastChanged, now);
                        lastChanged = now;
                        return changed;
                    };
                default -> null;
            };
        }
    }
}
