package io.speckv.cli.eval;

import io.speckv.cli.options.WrongInputException;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;

/** Reads {@code 4096} and {@code 4k} as 4096 tokens. */
final class TokenCount implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
        String lower = value.toLowerCase(Locale.ROOT);
        boolean thousands = lower.endsWith("k");
        try {
            int count = Integer.parseInt(thousands ? lower.substring(0, lower.length() - 1) : lower);
            if (count > 0) {
                return Math.multiplyExact(count, thousands ? 1024 : 1);
            }
        } catch (NumberFormatException | ArithmeticException e) {
            throw refused(value);
        }
        throw refused(value);
    }

    private static WrongInputException refused(String value) {
        return new WrongInputException("is '" + value + "'; it must be a number of tokens, such as 2048 or 2k");
    }
}
