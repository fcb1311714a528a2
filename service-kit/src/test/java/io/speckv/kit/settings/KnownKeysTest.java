package io.speckv.kit.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownKeysTest {
    private final KnownKeys known = new KnownKeys("", Garden.class);

    record Garden(String ownerName, Pond pond, @ByName Map<String, Bed> beds, Map<String, String> labels) {}

    record Pond(ByteSize depth, @Nullable Duration untilFrost, Pump pump) {}

    record Pump(@Secret @Nullable String key, int kWhMost) {}

    record Bed(int rows, Soil soil) {}

    record Soil(double acid) {}

    @Test
    void keysAreTheComponentsOfNestedRecordsInTheirOrder() {
        assertThat(known.leaves().keySet())
                .containsExactly(
                        "owner-name",
                        "pond.depth",
                        "pond.until-frost",
                        "pond.pump.key",
                        "pond.pump.k-wh-most",
                        "beds",
                        "rows",
                        "soil.acid",
                        "labels");
    }

    @Test
    void whatMayBeLeftOutAndWhatIsSecretIsSaidByItsComponent() {
        assertThat(known.leaves().get("owner-name")).isEqualTo(new KnownKeys.Leaf(false, false));
        assertThat(known.leaves().get("pond.until-frost")).isEqualTo(new KnownKeys.Leaf(true, false));
        assertThat(known.leaves().get("pond.pump.key")).isEqualTo(new KnownKeys.Leaf(true, true));
        assertThat(known.leaves().get("beds"))
                .as("without any there is one")
                .isEqualTo(new KnownKeys.Leaf(true, false));
    }

    @ParameterizedTest
    @CsvSource({
        "pond, true",
        "pond.pump, true",
        "soil, true",
        "beds, false",
        "labels, false",
        "pond.depth, false",
        "owner-name, false",
        "nothing, false"
    })
    void nestedRecordsAreGroupsAndMapsAreNot(String key, boolean group) {
        assertThat(known.isGroup(key)).isEqualTo(group);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        pnod             | owner-name, pond, beds, rows, soil, labels
        pond.dept        | pond.depth, pond.until-frost, pond.pump
        pond.pump.k      | pond.pump.key, pond.pump.k-wh-most
        pond.pump.key.x  | pond.pump.key, pond.pump.k-wh-most
        a.b.c.d          | owner-name, pond, beds, rows, soil, labels
        soil.acidity     | soil.acid
        """)
    void besideAKeyStandThoseOfTheInnermostGroupThatThereIs(String key, String beside) {
        assertThat(known.beside(key)).isEqualTo(beside);
    }

    @Test
    void thePrefixOfARecordStandsBeforeItsKeys() {
        KnownKeys inside = new KnownKeys("garden.", Bed.class);
        assertThat(inside.leaves().keySet()).containsExactly("garden.rows", "garden.soil.acid");
        assertThat(inside.isGroup("garden.soil")).isTrue();
        assertThat(inside.isGroup("garden")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"port, port", "maxMessage, max-message", "http2Only, http2-only", "kvHeadsMost, kv-heads-most"})
    void keysAreWrittenWithDashes(String component, String key) {
        assertThat(KnownKeys.kebab(component)).isEqualTo(key);
    }
}
