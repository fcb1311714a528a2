package io.speckv.text.jinja;

import io.speckv.text.jinja.Token.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The tokens of a template, read one after the other. */
final class TokenReader {
    private final List<Token> tokens;
    private int at;

    TokenReader(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(at);
    }

    Token peekBehind() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1));
    }

    Token next() {
        Token token = tokens.get(at);
        if (token.kind() != Kind.END) {
            at++;
        }
        return token;
    }

    /** Returns how many tokens have been read. */
    int place() {
        return at;
    }

    /** Returns which of these names have been read from a place on, as names of their own and not behind a dot. */
    Set<String> namedSince(int place, Set<String> names) {
        Set<String> named = new HashSet<>();
        for (int i = Math.max(1, place); i < at; i++) {
            Token token = tokens.get(i);
            if (token.kind() == Kind.NAME
                    && names.contains(token.text())
                    && !tokens.get(i - 1).is(Kind.OPERATOR, ".")) {
                named.add(token.text());
            }
        }
        return named;
    }

    boolean is(Kind kind) {
        return peek().kind() == kind;
    }

    boolean isOperator(String text) {
        return peek().is(Kind.OPERATOR, text);
    }

    boolean isName(String text) {
        return peek().is(Kind.NAME, text);
    }

    boolean skipOperator(String text) {
        return isOperator(text) && skip();
    }

    boolean skipName(String text) {
        return isName(text) && skip();
    }

    private boolean skip() {
        at++;
        return true;
    }

    void expectOperator(String text) {
        if (!skipOperator(text)) {
            throw unexpected("'" + text + "'");
        }
    }

    void expectName(String text) {
        if (!skipName(text)) {
            throw unexpected("'" + text + "'");
        }
    }

    String expectName() {
        if (!is(Kind.NAME)) {
            throw unexpected("a name");
        }
        return next().text();
    }

    void expect(Kind kind, String described) {
        if (!is(kind)) {
            throw unexpected(described);
        }
        at++;
    }

    JinjaException unexpected(String expected) {
        return failure("expected " + expected + ", found " + peek().described());
    }

    JinjaException failure(String message) {
        return JinjaException.at(peek().line(), message);
    }
}
