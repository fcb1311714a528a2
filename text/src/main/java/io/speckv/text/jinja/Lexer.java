package io.speckv.text.jinja;

import io.speckv.text.jinja.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts a template into tokens, with {@code trim_blocks} and {@code lstrip_blocks} on, as chat templates expect. */
final class Lexer {
    private static final Pattern RAW =
            Pattern.compile("\\{%[-+]?\\s*raw\\s*(?:-%\\}\\s*|%\\})", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern END_RAW =
            Pattern.compile("\\{%([-+]?)\\s*endraw\\s*(?:\\+%\\}|-%\\}\\s*|%\\}\\n?)", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern END_COMMENT =
            Pattern.compile("(?:\\+#\\}|-#\\}\\s*|#\\}\\n?)", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern END_BLOCK =
            Pattern.compile("(?:\\+%\\}|-%\\}\\s*|%\\}\\n?)", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern END_VARIABLE =
            Pattern.compile("(?:-\\}\\}\\s*|\\}\\})", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{Nl}_][\\p{L}\\p{Nl}\\p{Mn}\\p{Mc}\\p{Nd}\\p{Pc}]*");
    private static final Pattern FLOAT = Pattern.compile(
            "(?:[0-9]+_)*[0-9]+(?:(?:\\.(?:[0-9]+_)*[0-9]+)?[eE][+-]?(?:[0-9]+_)*[0-9]+|\\.(?:[0-9]+_)*[0-9]+)");
    private static final Pattern INTEGER =
            Pattern.compile("0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+|[1-9](?:_?[0-9])*|0(?:_?0)*");
    private static final List<String> OPERATORS = List.of(
            "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<",
            "=", ".", ":", "|", ",", ";");

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;
    private int counted;
    /** Whether the next text begins a line, so that white space before a block is indentation. */
    private boolean lineStarts = true;

    private Lexer(String source) {
        this.source = source;
    }

    static List<Token> tokens(String template) {
        String source = template.replace("\r\n", "\n").replace('\r', '\n');
        if (source.endsWith("\n")) {
            source = source.substring(0, source.length() - 1);
        }
        return new Lexer(source).all();
    }

    private List<Token> all() {
        while (at < source.length()) {
            int begin = nextBegin();
            if (begin < 0) {
                add(Kind.TEXT, source.substring(at));
                at = source.length();
            } else {
                text(begin);
                opened(begin);
            }
        }
        add(Kind.END, "");
        return tokens;
    }

    private int nextBegin() {
        for (int i = source.indexOf('{', at); i >= 0 && i + 1 < source.length(); i = source.indexOf('{', i + 1)) {
            char next = source.charAt(i + 1);
            if (next == '%' || next == '{' || next == '#') {
                return i;
            }
        }
        return -1;
    }

    private void text(int begin) {
        char sign = begin + 2 < source.length() ? source.charAt(begin + 2) : ' ';
        String text = stripped(source.substring(at, begin), sign, source.charAt(begin + 1) == '{');
        if (!text.isEmpty()) {
            add(Kind.TEXT, text);
        }
        at = begin;
    }

    private String stripped(String text, char sign, boolean variable) {
        if (sign == '-') {
            return PythonText.rstrip(text, null);
        }
        if (sign != '+' && !variable) {
            int lineStart = text.lastIndexOf('\n') + 1;
            if ((lineStart > 0 || lineStarts) && PythonText.isSpace(text.substring(lineStart))) {
                return text.substring(0, lineStart);
            }
        }
        return text;
    }

    private void opened(int begin) {
        char kind = source.charAt(begin + 1);
        Matcher raw = RAW.matcher(source).region(begin, source.length());
        if (kind == '%' && raw.lookingAt()) {
            at = raw.end();
            // Only the sign before it counts: "{% raw %}" keeps the line end after it.
            lineStarts = source.charAt(at - 1) == '\n';
            raw();
            return;
        }
        int inside = begin + 2;
        if (inside < source.length() && (source.charAt(inside) == '-' || source.charAt(inside) == '+')) {
            inside++;
        }
        lineStarts = false;
        if (kind == '#') {
            Matcher end = END_COMMENT.matcher(source);
            if (!end.find(begin + 2)) {
                throw JinjaException.at(lineAt(begin), "a comment never ends");
            }
            ended(end.end());
        } else {
            at = inside;
            boolean block = kind == '%';
            add(block ? Kind.BLOCK_BEGIN : Kind.VARIABLE_BEGIN, source.substring(begin, inside));
            code(block ? END_BLOCK : END_VARIABLE, block ? Kind.BLOCK_END : Kind.VARIABLE_END);
        }
    }

    private void raw() {
        Matcher end = END_RAW.matcher(source);
        if (!end.find(at)) {
            throw JinjaException.at(lineAt(at), "{% raw %} has no {% endraw %}");
        }
        String sign = end.group(1);
        String text = stripped(source.substring(at, end.start()), sign.isEmpty() ? ' ' : sign.charAt(0), false);
        if (!text.isEmpty()) {
            add(Kind.TEXT, text);
        }
        ended(end.end());
    }

    private void ended(int end) {
        at = end;
        lineStarts = source.charAt(end - 1) == '\n';
    }

    private void code(Pattern endPattern, Kind endKind) {
        Deque<Character> brackets = new ArrayDeque<>();
        Matcher end = endPattern.matcher(source);
        while (true) {
            while (at < source.length() && PythonText.isSpace(source.charAt(at))) {
                at++;
            }
            if (at >= source.length()) {
                throw JinjaException.at(lineAt(at), "an expression or statement never ends");
            }
            end.region(at, source.length());
            if (brackets.isEmpty() && end.lookingAt()) {
                add(endKind, end.group());
                ended(end.end());
                return;
            }
            token(brackets);
        }
    }

    private void token(Deque<Character> brackets) {
        char c = source.charAt(at);
        if (c == '\'' || c == '"') {
            string(c);
        } else if ((isBehindDot() || !matched(FLOAT, Kind.FLOAT))
                && !matched(NAME, Kind.NAME)
                && !matched(INTEGER, Kind.INTEGER)) {
            String operator = OPERATORS.stream()
                    .filter(known -> source.startsWith(known, at))
                    .findFirst()
                    .orElseThrow(() -> JinjaException.at(lineAt(at), "unexpected character '" + c + "'"));
            balance(operator.charAt(0), brackets);
            add(Kind.OPERATOR, operator);
            at += operator.length();
        }
    }

    /** Behind a dot stand places, so that ".0.1" is no ".0" and ".1". */
    private boolean isBehindDot() {
        return source.charAt(at - 1) == '.';
    }

    private void balance(char operator, Deque<Character> brackets) {
        switch (operator) {
            case '(' -> brackets.push(')');
            case '[' -> brackets.push(']');
            case '{' -> brackets.push('}');
            case ')', ']', '}' -> {
                if (brackets.isEmpty() || brackets.pop() != operator) {
                    throw JinjaException.at(lineAt(at), "unexpected '" + operator + "'");
                }
            }
            default -> {}
        }
    }

    private boolean matched(Pattern pattern, Kind kind) {
        Matcher matcher = pattern.matcher(source).region(at, source.length());
        if (!matcher.lookingAt()) {
            return false;
        }
        add(kind, matcher.group());
        at = matcher.end();
        return true;
    }

    private void string(char quote) {
        int end = at + 1;
        while (end < source.length() && source.charAt(end) != quote) {
            end += source.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= source.length()) {
            throw JinjaException.at(lineAt(at), "a string never ends");
        }
        try {
            add(Kind.STRING, PythonText.unescaped(source.substring(at + 1, end)));
        } catch (JinjaException e) {
            throw e.in(lineAt(at));
        }
        at = end + 1;
    }

    private void add(Kind kind, String text) {
        tokens.add(new Token(kind, text, lineAt(at)));
    }

    private int lineAt(int index) {
        for (; counted < Math.min(index, source.length()); counted++) {
            if (source.charAt(counted) == '\n') {
                line++;
            }
        }
        return line;
    }
}
