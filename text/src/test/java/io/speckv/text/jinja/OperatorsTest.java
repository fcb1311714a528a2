package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What JinjaLanguageTest cannot say one by one: any slice, any integers, and what is not computed. */
class OperatorsTest {
    private static final int MANY = 5_000;

    @Test
    void aSliceIsWhatItsStepsReach() {
        Random random = new Random(2);
        for (int i = 0; i < MANY; i++) {
            int[] text = random.ints(random.nextInt(7), 'a', 'e')
                    .map(c -> c == 'd' ? 0x1f600 : c)
                    .toArray();
            Long start = bound(random);
            Long stop = bound(random);
            Long step = random.nextInt(4) == 0 ? null : Long.valueOf(random.nextInt(7) - 3);
            if (step != null && step == 0) {
                continue;
            }
            String sliced = (String) Operators.slice(new String(text, 0, text.length), start, stop, step);

            assertThat(sliced)
                    .as("[%s:%s:%s] of %s", start, stop, step, new String(text, 0, text.length))
                    .isEqualTo(slowly(text, start, stop, step));
        }
    }

    /** By the words of Python's library reference, sequence types: i + n*k while it is within the bounds. */
    private static String slowly(int[] text, @Nullable Long start, @Nullable Long stop, @Nullable Long step) {
        long by = step == null ? 1 : step;
        long size = text.length;
        long low = by > 0 ? 0 : -1;
        long high = by > 0 ? size : size - 1;
        long from =
                start == null ? (by > 0 ? low : high) : Math.min(high, Math.max(low, start < 0 ? start + size : start));
        long to = stop == null ? (by > 0 ? high : low) : Math.min(high, Math.max(low, stop < 0 ? stop + size : stop));
        StringBuilder reached = new StringBuilder();
        for (long at = from; by > 0 ? at < to : at > to; at += by) {
            reached.appendCodePoint(text[(int) at]);
        }
        return reached.toString();
    }

    private static @Nullable Long bound(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> null;
            case 1 -> Long.MAX_VALUE;
            case 2 -> Long.MIN_VALUE;
            default -> random.nextInt(21) - 10L;
        };
    }

    @Test
    void aSliceOfAListIsAListAndOfATupleATuple() {
        assertThat(Operators.slice(List.of(1L, 2L, 3L), null, null, -1L)).isEqualTo(List.of(3L, 2L, 1L));
        assertThat(Operators.slice(Tuple.of(1L, 2L, 3L), 1L, None.NONE, null)).isInstanceOf(Tuple.class);
        assertThatThrownBy(() -> Operators.slice("a", null, null, 0L)).hasMessage("slice step cannot be zero");
        assertThatThrownBy(() -> Operators.slice(5L, null, null, null)).hasMessage("'int' object is not subscriptable");
    }

    @Test
    void integersHaveAnySizeAndTheFlooredQuotientTakesTheRemainderOfTheDivisorsSign() {
        Random random = new Random(4);
        for (int i = 0; i < MANY; i++) {
            BigInteger a = new BigInteger(1 + random.nextInt(130), random).multiply(sign(random));
            BigInteger b = new BigInteger(1 + random.nextInt(70), random)
                    .add(BigInteger.ONE)
                    .multiply(sign(random));
            Object left = PythonNumber.integer(a);
            Object right = PythonNumber.integer(b);
            BigInteger quotient = PythonNumber.big(Operators.floorDivide(left, right));
            BigInteger rest = PythonNumber.big(Operators.modulo(left, right));

            assertThat(quotient.multiply(b).add(rest)).isEqualTo(a);
            assertThat(rest.abs()).isLessThan(b.abs());
            assertThat(rest.signum()).isIn(0, b.signum());
            assertThat(Operators.add(left, right)).isEqualTo(PythonNumber.integer(a.add(b)));
            assertThat(Operators.subtract(left, right)).isEqualTo(PythonNumber.integer(a.subtract(b)));
            assertThat(Operators.multiply(left, right)).isEqualTo(PythonNumber.integer(a.multiply(b)));
            assertThat(Operators.negative(left)).isEqualTo(PythonNumber.integer(a.negate()));
        }
    }

    private static BigInteger sign(Random random) {
        return random.nextBoolean() ? BigInteger.ONE : BigInteger.ONE.negate();
    }

    @Test
    void theResultIsALongOnlyWhereItFits() {
        assertThat(Operators.add(Long.MAX_VALUE, 1L)).isEqualTo(BigInteger.ONE.shiftLeft(63));
        assertThat(Operators.negative(Long.MIN_VALUE)).isEqualTo(BigInteger.ONE.shiftLeft(63));
        assertThat(Operators.subtract(BigInteger.ONE.shiftLeft(63), 1L)).isEqualTo(Long.MAX_VALUE);
        assertThat(Operators.negative(0.0)).as("a zero has a sign").isEqualTo(-0.0);
    }

    @ParameterizedTest
    @CsvSource({
        "0, -1, 0.0 cannot be raised to a negative power",
        "10, 10001, an exponent is above 10000",
        "-8, 0.5, 'a negative number has no power of 0.5 that is real, and there are no complex numbers'",
        "2.0, 5000, a power is too large for a float"
    })
    void aPowerThatIsNoNumberIsNamed(String base, String exponent, String message) {
        assertThatThrownBy(() -> Operators.power(number(base), number(exponent)))
                .isInstanceOf(JinjaException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0.0", "-0.0"})
    void nothingIsDividedByZero(String zero) {
        assertThatThrownBy(() -> Operators.divide(1L, number(zero))).hasMessage("division by zero");
        assertThatThrownBy(() -> Operators.floorDivide(1.5, number(zero)))
                .hasMessage("integer division or modulo by zero");
        assertThatThrownBy(() -> Operators.modulo(1L, number(zero))).hasMessage("integer modulo by zero");
    }

    @Test
    void whatIsRepeatedOrJoinedIsBoundedBeforeItIsMade() {
        List<Object> many = new ArrayList<>(java.util.Collections.nCopies(1000, "x"));
        assertThatThrownBy(() -> Operators.multiply(many, 1_000_000_000L)).hasMessageContaining("more than");
        assertThatThrownBy(() -> Operators.multiply(BigInteger.TEN.pow(30), "text"))
                .hasMessageContaining("more than");
        assertThat(Operators.multiply(many, -5L)).isEqualTo(List.of());
    }

    private static Object number(String written) {
        return written.contains(".") ? (Object) Double.valueOf(written) : Long.valueOf(written);
    }
}
