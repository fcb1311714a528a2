package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code datetime.strftime} of CPython 3.11 on glibc gives. */
class StrftimeTest {
    private static ZonedDateTime at(String time) {
        return LocalDateTime.parse(time).atZone(ZoneOffset.UTC);
    }

    @ParameterizedTest(name = "{0}: {1} is {2}")
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "2025-01-01T00:00:00,%a %d %b %Y,Wed 01 Jan 2025",
                "2025-01-01T00:00:00,%j %U %W %V %G,001 00 00 01 2025",
                "2024-12-31T23:59:59,%j %U %W %V %G %g,366 52 53 01 2025 25",
                "2021-01-03T12:00:00,%U %W %V %G %u %w,01 00 53 2020 7 0",
                "2023-01-01T12:00:00,%U %W %V %G,01 00 52 2022",
                "2024-02-29T00:05:00,%I:%M %p,12:05 AM",
                "2024-02-29T12:05:00,%I:%M %p %l %k,12:05 PM 12 12",
                "2024-02-29T13:05:09,%-I:%-M:%-S %P %l %k,1:5:9 pm  1 13",
                "2024-05-09T09:08:07.000123,%f %e %-d %-m %-j,000123  9 9 5 130",
                "2024-05-09T09:08:07,%c,Thu May  9 09:08:07 2024",
                "2024-05-09T09:08:07,%r %R %T %X,09:08:07 AM 09:08 09:08:07 09:08:07",
                "2024-05-09T09:08:07,%D %x %F,05/09/24 05/09/24 2024-05-09",
                "2024-05-09T09:08:07,%C %y %s,20 24 1715245687",
                "2009-09-09T09:08:07,%-y %_d %_m %_H,9  9  9  9",
                "2024-05-09T09:08:07,%^a %^B %#b %#p %^p,THU MAY MAY am AM",
                "2024-05-09T09:08:07,%5d %_5d %3Y %05e,00009     9 2024 00009",
                "2024-05-09T09:08:07,100%% %n%t|,'100% \n\t|'",
                "2024-05-09T09:08:07,%z%Z|,|"
            })
    void codesAreWritten(String time, String format, String written) {
        assertThat(Strftime.format(at(time), format)).isEqualTo(written);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "%", "no codes, é😀", "%q", "%-", "%E", "a%", "% d"})
    void whatIsNoCodeStaysAsItIs(String format) {
        assertThat(Strftime.format(at("2024-05-09T09:08:07"), format)).isEqualTo(format);
    }

    @ParameterizedTest
    @ValueSource(ints = {1999, 2000, 2004, 2015, 2020, 2021, 2024, 2026})
    void weeksOfAYearBeginOnSundaysOrOnMondays(int year) {
        int sundays = 0;
        int mondays = 0;
        for (ZonedDateTime day = at(year + "-01-01T00:00:00"); day.getYear() == year; day = day.plusDays(1)) {
            sundays += day.getDayOfWeek() == java.time.DayOfWeek.SUNDAY ? 1 : 0;
            mondays += day.getDayOfWeek() == java.time.DayOfWeek.MONDAY ? 1 : 0;

            assertThat(Strftime.format(day, "%-U %-W")).as(day.toString()).isEqualTo(sundays + " " + mondays);
        }
    }
}
