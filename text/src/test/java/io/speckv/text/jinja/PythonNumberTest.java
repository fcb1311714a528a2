package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PythonNumberTest {
    private static final int MANY = 5_000;
    private static final BigInteger HUGE = BigInteger.TEN.pow(400);

    @ParameterizedTest
    @CsvSource({
        "1.0, 1.0",
        "-0.0, -0.0",
        "0.1, 0.1",
        "1e15, 1000000000000000.0",
        "1e16, 1e+16",
        "123456789012345680, 1.2345678901234568e+17",
        "0.0001, 0.0001",
        "0.00001, 1e-05",
        "-1.5e-7, -1.5e-07",
        "5e-324, 5e-324",
        "1.7976931348623157e308, 1.7976931348623157e+308",
        "2e-45, 2e-45",
        "9007199254740993, 9007199254740992.0",
        "NaN, nan",
        "-Infinity, -inf"
    })
    void aFloatIsPrintedAsPythonDoes(double value, String printed) {
        assertThat(PythonNumber.repr(value)).isEqualTo(printed);
    }

    @Test
    void whatIsPrintedIsReadBackAsTheSameFloatAndNoDigitIsTooMany() {
        Random random = new Random(11);
        for (int i = 0; i < MANY; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isNaN(value) || Double.isInfinite(value)) {
                continue;
            }
            String printed = PythonNumber.repr(value);

            assertThat(Double.parseDouble(printed)).as(printed).isEqualTo(value);
            assertThat(new BigDecimal(printed).stripTrailingZeros().precision())
                    .as(printed)
                    .isLessThanOrEqualTo(new BigDecimal(Double.toString(value))
                            .stripTrailingZeros()
                            .precision());
        }
    }

    @Test
    void floatsAndIntegersAreComparedByTheirExactValues() {
        assertThat(PythonNumber.compare(9007199254740993L, 9007199254740992.0)).isPositive();
        assertThat(PythonNumber.compare(9007199254740992.0, 9007199254740993L)).isNegative();
        assertThat(PythonNumber.compare(HUGE, Double.MAX_VALUE)).isPositive();
        assertThat(PythonNumber.compare(HUGE, Double.POSITIVE_INFINITY)).isNegative();
        assertThat(PythonNumber.compare(HUGE.negate(), Double.NEGATIVE_INFINITY))
                .isPositive();
        assertThat(PythonNumber.compare(true, 1.0)).isZero();
        assertThat(PythonNumber.compare(0.0, -0.0)).as("zeros are one").isZero();
        assertThat(PythonNumber.compare(0L, -0.0)).isZero();
        assertThat(PythonNumber.compare(Double.NaN, HUGE))
                .as("an order for sorting")
                .isPositive();
    }

    @Test
    void theOrderOfAnyNumbersIsTheOneOfTheirDecimals() {
        Random random = new Random(5);
        for (int i = 0; i < MANY; i++) {
            Object left = anyNumber(random);
            Object right = random.nextInt(4) == 0 ? neighbour(left, random) : anyNumber(random);

            assertThat(Integer.signum(PythonNumber.compare(left, right)))
                    .as("%s and %s", left, right)
                    .isEqualTo(decimal(left).compareTo(decimal(right)));
        }
    }

    /** The quotient is the floor of the exact one: Python's tests call it "as close as floats come". */
    @Test
    void aFlooredQuotientAndItsRemainderMakeTheDividend() {
        Random random = new Random(3);
        for (int i = 0; i < MANY; i++) {
            double a = (random.nextInt(2001) - 1000) / 10.0;
            double b = (random.nextInt(200) + 1) / (random.nextBoolean() ? 10.0 : -10.0);
            BigDecimal exact = new BigDecimal(a).divide(new BigDecimal(b), 60, java.math.RoundingMode.HALF_EVEN);
            double floor = exact.setScale(0, java.math.RoundingMode.FLOOR).doubleValue();

            assertThat(PythonNumber.floorDivided(a, b))
                    .as("%s // %s", a, b)
                    .isEqualTo(floor == 0 ? 0 * (a / b) : floor);
            double rest = PythonNumber.remainder(a, b);
            assertThat(rest == 0 || rest < 0 == b < 0).as("%s %% %s", a, b).isTrue();
            assertThat(Math.abs(rest)).isLessThanOrEqualTo(Math.abs(b));
        }
    }

    @ParameterizedTest(name = "{0} // {1} is {2}, {0} % {1} is {3}")
    @CsvSource({
        "1, 0.1, 9.0, 0.09999999999999995",
        "-1, 0.1, -10.0, 5.551115123125783e-17",
        "6, 0.2, 29.0, 0.19999999999999968",
        "0, -5, -0.0, -0.0",
        "-5, 5, -1.0, 0.0",
        "5, -5, -1.0, -0.0",
        "7.5, Infinity, 0.0, 7.5",
        "-7.5, Infinity, -1.0, Infinity"
    })
    void divisionOfFloatsIsPythons(double a, double b, double quotient, double rest) {
        assertThat(PythonNumber.floorDivided(a, b)).isEqualTo(quotient);
        assertThat(PythonNumber.remainder(a, b)).isEqualTo(rest);
    }

    @Test
    void aQuotientOfIntegersIsTheFloatNearestToIt() {
        assertThat(PythonNumber.quotient(BigInteger.valueOf(9007199254740993L), BigInteger.valueOf(3)))
                .isEqualTo(3002399751580331.0);
        assertThat(PythonNumber.quotient(HUGE, BigInteger.TEN.pow(399))).isEqualTo(10.0);
        assertThatThrownBy(() -> PythonNumber.quotient(HUGE, BigInteger.valueOf(3)))
                .isInstanceOf(JinjaException.class)
                .hasMessage("integer division result too large for a float");
    }

    @Test
    void anIntegerBeyondFloatsIsNotTakenForInfinity() {
        assertThatThrownBy(() -> PythonNumber.real(HUGE))
                .isInstanceOf(JinjaException.class)
                .hasMessage("int too large to convert to float");
        assertThat(PythonNumber.real(Double.POSITIVE_INFINITY)).isInfinite();
    }

    private static Object anyNumber(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextLong() >> random.nextInt(64);
            case 1 -> new BigInteger(100, random).subtract(BigInteger.ONE.shiftLeft(99));
            case 2 -> random.nextGaussian() * Math.pow(10, random.nextInt(40) - 10);
            default -> (double) (random.nextInt(9) - 4);
        };
    }

    /** A number of the other kind that lies near. */
    private static Object neighbour(Object value, Random random) {
        BigInteger near = decimal(value).toBigInteger().add(BigInteger.valueOf(random.nextInt(3) - 1));
        return value instanceof Double ? PythonNumber.integer(near) : (Object) near.doubleValue();
    }

    private static BigDecimal decimal(Object value) {
        return value instanceof Double real ? new BigDecimal(real) : new BigDecimal(PythonNumber.big(value));
    }
}
