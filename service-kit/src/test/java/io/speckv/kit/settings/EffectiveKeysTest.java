package io.speckv.kit.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Entries are from {@code defaults} and from {@code file}, in this order. */
class EffectiveKeysTest {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();
    private static final String DEFAULTS = """
            name: shop
            hours: {open: 9, close: 17}
            code: null
            size: 3
            """;

    record Shop(
            String name,
            Hours hours,
            @Secret @Nullable String code,
            @ByName Map<String, Till> tills) {
        Shop {
            if (code != null && name.isEmpty()) {
                throw new IllegalArgumentException("a shop with a code needs a name");
            }
        }
    }

    record Hours(int open, int close) {
        Hours {
            if (close <= open) {
                throw new IllegalArgumentException("close is " + close + ", must be after open");
            }
        }
    }

    record Till(int size) {
        Till {
            if (size < 1) {
                throw new IllegalArgumentException("size is " + size + ", must be at least 1");
            }
        }
    }

    private static EffectiveKeys keys(String file) {
        KnownKeys known = new KnownKeys("", Shop.class);
        List<Layer.Entry> entries = new ArrayList<>(Layer.yaml(DEFAULTS, EffectiveKeys.DEFAULTS, known));
        entries.addAll(Layer.yaml(file, "file", known));
        return EffectiveKeys.of(known, MAPPER, entries);
    }

    private static Shop shop(String file) {
        return keys(file).bind(Shop.class);
    }

    private static List<String> shown(String file) {
        EffectiveKeys keys = keys(file);
        return keys.entries().stream()
                .map(entry -> entry.key() + "=" + keys.shown(entry) + " (" + entry.origin() + ")")
                .toList();
    }

    @Test
    void theLastEntryOfAKeyCounts() {
        assertThat(shop("hours: {open: 10}"))
                .isEqualTo(new Shop("shop", new Hours(10, 17), null, Map.of("", new Till(3))));
    }

    @Test
    void everyKeyHasItsValueAndWhereThatIsFromInTheOrderOfTheRecord() {
        assertThat(shown("hours: {open: 10}\ncode: hush"))
                .containsExactly(
                        "name=\"shop\" (defaults)",
                        "hours.open=10 (file)",
                        "hours.close=17 (defaults)",
                        "code=\"******\" (file)",
                        "tills=null (nowhere)",
                        "size=3 (defaults)");
        assertThat(shown("")).as("a secret that is not set").contains("code=null (defaults)");
    }

    @Test
    void aKeyThatNobodyKnowsIsNamedBesideThoseThatThereAre() {
        assertThatThrownBy(() -> keys("hours: {opens: 10}"))
                .isInstanceOf(SettingsException.class)
                .hasMessage("unknown key 'hours.opens' (file); known keys: hours.open, hours.close");
        assertThatThrownBy(() -> keys("hours: 10")).hasMessage("'hours' (file) is a group of keys and takes no value");
    }

    @Test
    void aKeyWithoutAValueSaysWhoTookItOrHowToGiveIt() {
        assertThatThrownBy(() -> shop("name:")).hasMessage("key 'name' has no value (set file)");
        EffectiveKeys unset = EffectiveKeys.of(
                new KnownKeys("", Hours.class),
                MAPPER,
                List.of(
                        new Layer.Entry("open", JsonNodeFactory.instance.numberNode(1), "file"),
                        new Layer.Entry("close", JsonNodeFactory.instance.nullNode(), EffectiveKeys.DEFAULTS)));
        assertThatThrownBy(() -> unset.bind(Hours.class))
                .hasMessage("key 'close' has no value; give it one in the settings file or with --close=");
        assertThatThrownBy(() -> shop("tills: {front: {size: null}}"))
                .hasMessage("key 'size' of tills.front has no value (set tills.front of file)");
    }

    @Test
    void aRuleOverTwoKeysBlamesThoseThatItNamesAndSomebodySet() {
        assertThatThrownBy(() -> shop("hours: {open: 18}"))
                .isInstanceOf(SettingsException.class)
                .hasMessage("close is 17, must be after open; set: hours.open = 18 (file)");
        assertThatThrownBy(() -> shop("hours: {open: 18, close: 2}\nname: here"))
                .as("the name is of no concern")
                .hasMessage("close is 2, must be after open; set: hours.open = 18 (file), hours.close = 2 (file)");
    }

    @Test
    void aRuleOfTheWholeRecordBlamesWhatItNames() {
        assertThatThrownBy(() -> shop("name: ''\ncode: hush\nhours: {open: 8}"))
                .hasMessage("a shop with a code needs a name; set: name = \"\" (file), code = \"******\" (file)");
    }

    @Test
    void aValueOfAWrongTypeIsNamedWithItsKey() {
        assertThatThrownBy(() -> shop("hours: {open: early}"))
                .hasMessage("must be a whole number; set: hours.open = \"early\" (file)");
    }

    @Test
    void recordsByNameHaveTheKeysBesideThemAndTheirOwn() {
        assertThat(shop("size: 5\ntills: {front: {}, back: {size: 1}}").tills())
                .isEqualTo(Map.of("front", new Till(5), "back", new Till(1)));
        assertThatThrownBy(() -> shop("tills: {front: {size: 0}}"))
                .hasMessage("size is 0, must be at least 1; set: size = 0 (tills.front of file)");
        assertThatThrownBy(() -> shop("tills: {front: {sise: 0}}"))
                .hasMessage("unknown key 'sise' (tills.front of file); known keys: size");
        assertThatThrownBy(() -> shop("tills: 5"))
                .hasMessage("'tills' is 5 (file), must hold names, each with its keys");
        assertThatThrownBy(() -> shop("tills: front"))
                .hasMessage("'tills' is \"front\" (file), must hold names, each with its keys");
        assertThatThrownBy(() -> shop("size: 0")).hasMessage("size is 0, must be at least 1; set: size = 0 (file)");
    }
}
