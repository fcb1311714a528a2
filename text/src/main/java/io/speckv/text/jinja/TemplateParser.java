package io.speckv.text.jinja;

import io.speckv.text.jinja.Statement.Flow;
import io.speckv.text.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Parses a template into its statements. */
final class TemplateParser {
    private static final int DEPTH_MOST = 200;

    private final TokenReader tokens;
    private final ExpressionParser expressions;
    private final TargetParser targets;
    private int depth;
    private int loops;

    private TemplateParser(TokenReader tokens) {
        this.tokens = tokens;
        this.expressions = new ExpressionParser(tokens);
        this.targets = new TargetParser(tokens);
    }

    static List<Statement> parse(String source) {
        TemplateParser parser = new TemplateParser(new TokenReader(Lexer.tokens(source)));
        List<Statement> statements = parser.body();
        if (!parser.tokens.is(Kind.END)) {
            throw parser.tokens.failure(
                    "unexpected '" + parser.tokens.peekBehind().text() + "'");
        }
        return statements;
    }

    /** Parses statements up to the template's end or a statement with one of these names; the name is the next token. */
    private List<Statement> body(String... ends) {
        if (++depth > DEPTH_MOST) {
            throw tokens.failure("statements are nested more than " + DEPTH_MOST + " deep");
        }
        List<Statement> statements = new ArrayList<>();
        while (!tokens.is(Kind.END)) {
            if (tokens.is(Kind.TEXT)) {
                String text = tokens.next().text();
                statements.add((scope, out) -> {
                    out.write(text);
                    return Flow.NEXT;
                });
            } else if (tokens.is(Kind.VARIABLE_BEGIN)) {
                statements.add(printed());
            } else {
                if (tokens.peekBehind().kind() == Kind.NAME
                        && List.of(ends).contains(tokens.peekBehind().text())) {
                    tokens.next();
                    depth--;
                    return statements;
                }
                if (isEnd(tokens.peekBehind())) {
                    throw tokens.failure("unexpected '" + tokens.peekBehind().text() + "'");
                }
                tokens.next();
                statements.add(statement());
            }
        }
        if (ends.length > 0) {
            throw tokens.failure("expected '" + ends[ends.length - 1] + "', found the end of the template");
        }
        depth--;
        return statements;
    }

    private static boolean isEnd(Token token) {
        return token.kind() == Kind.NAME
                && (token.text().startsWith("end")
                        || token.text().equals("else")
                        || token.text().equals("elif"));
    }

    private Statement printed() {
        tokens.next();
        int line = tokens.peek().line();
        Expression value = expressions.tuple(true, null);
        tokens.expect(Kind.VARIABLE_END, "the end of the expression");
        return new Placed(line, (scope, out) -> {
            out.write(Printing.str(value.evaluate(scope)));
            return Flow.NEXT;
        });
    }

    private Statement statement() {
        int line = tokens.peek().line();
        String name = tokens.expectName();
        Statement statement = switch (name) {
            case "for" -> forLoop();
            case "if" -> conditional();
            case "set" -> assignment();
            case "macro" -> macro(line);
            case "call" -> callBlock(line);
            case "filter" -> filterBlock();
            case "with" -> with();
            case "block" -> namedBlock();
            case "generation" -> plainBlock(name);
            case "autoescape" -> {
                var unused = expressions.expression();
                yield plainBlock(name);
            }
            case "break", "continue" -> jump(name);
            case "include", "import", "from", "extends" -> {
                while (!tokens.is(Kind.BLOCK_END) && !tokens.is(Kind.END)) {
                    tokens.next();
                }
                yield (scope, out) -> {
                    throw new JinjaException(
                            "no loader for this environment specified: a chat template cannot " + name + " another");
                };
            }
            default -> throw JinjaException.at(line, "unknown statement '" + name + "'");
        };
        blockEnd();
        return new Placed(line, statement);
    }

    private void blockEnd() {
        tokens.expect(Kind.BLOCK_END, "the end of the statement");
    }

    private List<Statement> bodyOf(String name) {
        blockEnd();
        List<Statement> body = body("end" + name);
        tokens.expectName("end" + name);
        return body;
    }

    private Statement jump(String name) {
        if (loops == 0) {
            throw tokens.failure("'" + name + "' outside loop");
        }
        Flow flow = name.equals("break") ? Flow.BREAK : Flow.CONTINUE;
        return (scope, out) -> flow;
    }

    private Statement forLoop() {
        Target target = targets.ofLoop();
        tokens.expectName("in");
        Expression iterable = expressions.tuple(false, "recursive");
        Expression filter = tokens.skipName("if") ? expressions.expression() : null;
        boolean recursive = tokens.skipName("recursive");
        blockEnd();
        loops++;
        List<Statement> body = body("else", "endfor");
        loops--;
        List<Statement> otherwise = List.of();
        if (tokens.skipName("else")) {
            blockEnd();
            otherwise = body("endfor");
        }
        tokens.expectName("endfor");
        return new ForLoop(target, iterable, filter, recursive, body, otherwise);
    }

    private Statement conditional() {
        int line = tokens.peek().line();
        Expression condition = expressions.tuple(false, null);
        blockEnd();
        List<Statement> body = body("elif", "else", "endif");
        Statement otherwise = (scope, out) -> Flow.NEXT;
        if (tokens.skipName("elif")) {
            otherwise = conditional();
        } else {
            if (tokens.skipName("else")) {
                blockEnd();
                List<Statement> last = body("endif");
                otherwise = (scope, out) -> Statement.runAll(last, scope, out);
            }
            tokens.expectName("endif");
        }
        Statement rest = otherwise;
        return new Placed(
                line,
                (scope, out) -> Values.truth(condition.evaluate(scope))
                        ? Statement.runAll(body, scope, out)
                        : rest.run(scope, out));
    }

    private Statement assignment() {
        Target target = targets.ofAssignment();
        if (tokens.skipOperator("=")) {
            Expression value = expressions.tuple(true, null);
            return (scope, out) -> {
                target.assign(scope, value.evaluate(scope));
                return Flow.NEXT;
            };
        }
        // A block's filters come before its text. They get the text through a name that no template can write.
        Expression filtered = expressions.operands().filters(scope -> scope.get(" block"));
        List<Statement> body = bodyOf("set");
        return taken(body, filtered, (scope, out, text) -> target.assign(scope, text));
    }

    /** What is done with the text of a block, which its filters have changed. */
    private interface Taker {
        void take(Scope scope, Output out, Object text);
    }

    /** Returns a statement that takes the text of a block. As in Jinja, nothing is taken of one that leaves a loop's body. */
    private static Statement taken(List<Statement> body, Expression filtered, Taker taker) {
        return (scope, out) -> {
            Output text = new Output();
            Flow flow = Statement.runAll(body, scope.inner(), text);
            if (flow == Flow.NEXT) {
                Scope filters = scope.inner();
                filters.set(" block", text.text());
                taker.take(scope, out, filtered.evaluate(filters));
            }
            return flow;
        };
    }

    private Statement filterBlock() {
        Expression filtered =
                expressions.operands().filters(expressions.operands().filter(scope -> scope.get(" block")));
        List<Statement> body = bodyOf("filter");
        return taken(body, filtered, (scope, out, text) -> out.write(Printing.str(text)));
    }

    private Statement macro(int line) {
        String name = tokens.expectName();
        Signature signature = Signature.parse(tokens, expressions);
        MacroBody body = macroBody("macro");
        requireDefaultOfCaller(line, signature, body);
        return (scope, out) -> {
            scope.set(name, new Macro(name, signature, body.catches, body.statements, scope));
            return Flow.NEXT;
        };
    }

    /** As in Jinja, only a body that names the caller may need one. */
    private static void requireDefaultOfCaller(int line, Signature signature, MacroBody body) {
        if (body.catches.contains(Macro.CALLER)
                && signature.parameters().contains(Macro.CALLER)
                && !signature.defaults().containsKey(Macro.CALLER)) {
            throw JinjaException.at(
                    line, "the parameter 'caller' must have a default: without a call block there is no caller");
        }
    }

    private record MacroBody(List<Statement> statements, Set<String> catches) {}

    private MacroBody macroBody(String statement) {
        int outside = loops;
        loops = 0;
        int begin = tokens.place();
        List<Statement> body = bodyOf(statement);
        loops = outside;
        return new MacroBody(body, tokens.namedSince(begin, Set.of(Macro.CALLER, Macro.FURTHER, Macro.FURTHER_NAMED)));
    }

    private Statement callBlock(int line) {
        Signature signature = tokens.isOperator("(") ? Signature.parse(tokens, expressions) : Signature.NONE;
        OperandParser.WrittenCall call = expressions.operands().writtenCall();
        MacroBody body = macroBody("call");
        requireDefaultOfCaller(line, signature, body);
        return (scope, out) -> {
            Arguments given = call.arguments().evaluate(scope);
            Map<String, Object> named = new LinkedHashMap<>(given.named());
            named.put(Macro.CALLER, new Macro(Macro.CALLER, signature, body.catches, body.statements, scope));
            scope.work().enter();
            out.write(
                    Printing.str(Values.call(call.callee().evaluate(scope), new Arguments(given.positional(), named))));
            scope.work().leave();
            return Flow.NEXT;
        };
    }

    private Statement with() {
        List<Target> names = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!tokens.is(Kind.BLOCK_END)) {
            names.add(targets.ofWith());
            tokens.expectOperator("=");
            values.add(expressions.expression());
            if (!tokens.skipOperator(",")) {
                break;
            }
        }
        List<Statement> body = bodyOf("with");
        return (scope, out) -> {
            Scope inner = scope.inner();
            for (int i = 0; i < names.size(); i++) {
                names.get(i).assign(inner, values.get(i).evaluate(scope));
            }
            return Statement.runAll(body, inner, out);
        };
    }

    private Statement namedBlock() {
        String name = tokens.expectName();
        // These say what templates that extend this one may do, and there are none.
        var unused = tokens.skipName("scoped");
        unused = tokens.skipName("required");
        Statement block = plainBlock("block");
        unused = tokens.skipName(name);
        return block;
    }

    /** A statement without effect here, so only its body remains: block, generation or autoescape. */
    private Statement plainBlock(String name) {
        List<Statement> body = bodyOf(name);
        return (scope, out) -> Statement.runAll(body, scope.inner(), out);
    }
}
