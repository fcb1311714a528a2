package io.speckv.text.jinja;

import java.util.List;

/** The target of an assignment: a name, several names, or an attribute of a namespace. */
@FunctionalInterface
interface Target {
    void assign(Scope scope, Object value);

    static Target name(String name) {
        return (scope, value) -> scope.set(name, value);
    }

    static Target attribute(String name, String attribute) {
        return (scope, value) -> {
            if (!(scope.get(name) instanceof Namespace namespace)) {
                throw new JinjaException("cannot assign attribute on non-namespace object");
            }
            namespace.attributes().put(attribute, value);
        };
    }

    static Target several(List<Target> targets) {
        return (scope, value) -> {
            List<Object> values = Values.list(value);
            if (values.size() != targets.size()) {
                throw new JinjaException((values.size() < targets.size() ? "not enough" : "too many")
                        + " values to unpack (expected " + targets.size() + ", got " + values.size() + ")");
            }
            for (int i = 0; i < targets.size(); i++) {
                targets.get(i).assign(scope, values.get(i));
            }
        };
    }
}
