package io.speckv.cli.options;

import java.math.BigInteger;
import java.time.Duration;
import java.util.function.DoublePredicate;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;

/**
 * Converters of numbers in options. A value that is not a number or is out of range is refused when the option is read: each
 * converter throws {@link WrongInputException} with a sentence that continues the option's name.
 */
public final class Numbers {
    private Numbers() {}

    /** Sets the converters for number options that have no range of their own. */
    public static void readBy(CommandLine commands) {
        ITypeConverter<Integer> whole =
                text -> whole(text, Integer.MIN_VALUE, Integer.MAX_VALUE).intValue();
        ITypeConverter<Long> large =
                text -> whole(text, Long.MIN_VALUE, Long.MAX_VALUE).longValue();
        ITypeConverter<Double> number = text -> number(text, value -> true, "finite");
        commands.registerConverter(int.class, whole)
                .registerConverter(Integer.class, whole)
                .registerConverter(long.class, large)
                .registerConverter(Long.class, large)
                .registerConverter(double.class, number)
                .registerConverter(Double.class, number);
    }

    /** A whole number of at least 1. */
    public static final class AtLeastOne implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return whole(text, 1, Integer.MAX_VALUE).intValue();
        }
    }

    /** A whole number of at least 0. */
    public static final class AtLeastZero implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return whole(text, 0, Integer.MAX_VALUE).intValue();
        }
    }

    /** A whole number of at least 1, which may be large. */
    public static final class LongAtLeastOne implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return whole(text, 1, Long.MAX_VALUE).longValue();
        }
    }

    /** Whole minutes, at least 1 and at most a year. */
    public static final class Minutes implements ITypeConverter<Duration> {
        private static final long YEAR = Duration.ofDays(365).toMinutes();

        @Override
        public Duration convert(String text) {
            return Duration.ofMinutes(whole(text, 1, YEAR).longValue());
        }
    }

    /** The port of a server on this machine; 0 for a free one. */
    public static final class Port implements ITypeConverter<Integer> {
        private static final int LAST = 65_535;

        @Override
        public Integer convert(String text) {
            return whole(text, 0, LAST).intValue();
        }
    }

    /** A port as {@link Port}, or -1 for none. */
    public static final class PortOrNone implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return whole(text, -1, Port.LAST).intValue();
        }
    }

    /** A number of at least 0. */
    public static final class DecimalAtLeastZero implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            return number(text, value -> value >= 0, "at least 0");
        }
    }

    /** A number above 0. */
    public static final class AboveZero implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            return number(text, value -> value > 0, "above 0");
        }
    }

    /** A number above 0 and at most 1. */
    public static final class AboveZeroToOne implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            return number(text, value -> value > 0 && value <= 1, "above 0 and at most 1");
        }
    }

    /** A number from 0 to 1. */
    public static final class ZeroToOne implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            return number(text, value -> value >= 0 && value <= 1, "from 0 to 1");
        }
    }

    /** A number from -2 to 2. */
    public static final class Penalty implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            return number(text, value -> Math.abs(value) <= 2, "from -2 to 2");
        }
    }

    private static BigInteger whole(String text, long least, long most) {
        BigInteger number;
        try {
            number = new BigInteger(text);
        } catch (NumberFormatException e) {
            throw WrongInputException.ofValue("'" + text + "'", "it must be a whole number", e);
        }
        if (number.compareTo(BigInteger.valueOf(least)) < 0) {
            throw WrongInputException.ofValue(text, "it must be at least " + least, null);
        }
        if (number.compareTo(BigInteger.valueOf(most)) > 0) {
            throw WrongInputException.ofValue(text, "it must be at most " + most, null);
        }
        return number;
    }

    private static double number(String text, DoublePredicate range, String rule) {
        double number;
        try {
            number = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw WrongInputException.ofValue("'" + text + "'", "it must be a number", e);
        }
        if (!Double.isFinite(number) || !range.test(number)) {
            throw WrongInputException.ofValue(text, "it must be " + rule, null);
        }
        return number;
    }
}
