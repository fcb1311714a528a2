package io.speckv.text.jinja;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** The digits of floats, as Python's formats {@code e}, {@code f}, {@code g} and {@code %} write them. */
final class RealDigits {
    private static final int PRECISION = 6;
    private static final int FIXED_LEAST = -4;

    private RealDigits() {}

    /**
     * Returns a float without its sign.
     *
     * @param type {@code e f g} or {@code %}, {@code E F G}, or empty for {@code g} with a digit behind the point
     * @param precision -1 for the format's own
     * @param alternate whether the point and zeros behind it stay
     */
    static String of(double value, String type, int precision, boolean alternate) {
        String digits = digits(Math.abs(value), type.toLowerCase(Locale.ROOT), precision, alternate);
        return type.equals("E") || type.equals("F") || type.equals("G") ? digits.toUpperCase(Locale.ROOT) : digits;
    }

    private static String digits(double value, String type, int precision, boolean alternate) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return PythonNumber.repr(value) + (type.equals("%") ? "%" : "");
        }
        int places = precision < 0 ? PRECISION : precision;
        return switch (type) {
            case "f" -> fixed(new BigDecimal(value), places, alternate);
            case "%" -> fixed(new BigDecimal(value).movePointRight(2), places, alternate) + "%";
            case "e" -> exponential(value, places, alternate);
            case "g", "n" -> general(value, Math.max(1, places), alternate, false);
            default ->
                precision < 0 ? PythonNumber.repr(value) : general(value, Math.max(1, precision), alternate, true);
        };
    }

    private static String fixed(BigDecimal value, int places, boolean alternate) {
        String digits = value.setScale(places, RoundingMode.HALF_EVEN).toPlainString();
        return places == 0 && alternate ? digits + "." : digits;
    }

    private static String exponential(double value, int places, boolean alternate) {
        BigDecimal exact = new BigDecimal(value);
        BigDecimal rounded = exact.round(new MathContext(places + 1, RoundingMode.HALF_EVEN));
        int exponent = value == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
        String mantissa = fixed(rounded.movePointLeft(exponent), places, alternate);
        return mantissa + (exponent < 0 ? "e-" : "e+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }

    /** Fixed for exponents from -4 up to the precision, else exponential; without the zeros at the end. */
    private static String general(double value, int precision, boolean alternate, boolean pointed) {
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(precision, RoundingMode.HALF_EVEN));
        int exponent = value == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
        if (exponent < FIXED_LEAST || exponent >= precision - (pointed ? 1 : 0)) {
            String text = exponential(value, precision - 1, alternate);
            int at = text.indexOf('e');
            return (alternate ? text.substring(0, at) : stripped(text.substring(0, at))) + text.substring(at);
        }
        String fixed = fixed(rounded, precision - 1 - exponent, alternate);
        String digits = alternate ? fixed : stripped(fixed);
        return pointed && digits.indexOf('.') < 0 ? digits + ".0" : digits;
    }

    private static String stripped(String digits) {
        return digits.indexOf('.') < 0 ? digits : digits.replaceFirst("\\.?0+$", "");
    }
}
