package io.speckv.kit.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Maps of records by name: what an entry leaves unset stands beside the map. */
class ByNameTest {
    private final SettingsLoader<House> loader = SettingsLoader.withDefaults(House.class, "by-name-defaults.yaml");

    @TempDir
    Path directory = Path.of("");

    record House(String street, @ByName Map<String, Room> rooms) {}

    record Room(String colour, Doors doors, Map<String, Integer> shelves) {}

    record Doors(int most, @ByName Map<String, Door> doors) {
        Doors {
            if (doors.size() > most) {
                throw new IllegalArgumentException("doors are " + doors.size() + ", must be at most " + most);
            }
        }
    }

    record Door(int width) {
        Door {
            if (width < 1) {
                throw new IllegalArgumentException("width is " + width + ", must be at least 1");
            }
        }
    }

    private House load(String yaml, String... flags) throws IOException {
        Path file = Files.writeString(directory.resolve("house.yaml"), yaml);
        return loader.load(file, Map.of(), List.of(flags)).value();
    }

    private static Doors oneDoor(int width) {
        return new Doors(2, Map.of("", new Door(width)));
    }

    @Test
    void withoutEntriesThereIsOneOfTheKeysBesideTheMap() throws IOException {
        assertThat(load("colour: red", "--doors.width=90").rooms())
                .isEqualTo(Map.of("", new Room("red", oneDoor(90), Map.of("low", 1))));
    }

    @Test
    void anEntryTakesWhatItLeavesUnsetFromBesideTheMapKeyByKey() throws IOException {
        House house = load("""
                colour: red
                doors: {width: 90}
                rooms:
                  Hall.1: {colour: blue, doors: {doors: {in: {}, out: {width: 100}}}}
                  attic: {doors: {width: 60}, shelves: {high: 2}}
                  cellar:
                """);

        assertThat(house.rooms())
                .isEqualTo(Map.of(
                        "Hall.1",
                        new Room(
                                "blue",
                                new Doors(2, Map.of("in", new Door(90), "out", new Door(100))),
                                Map.of("low", 1)),
                        "attic",
                        new Room("red", oneDoor(60), Map.of("high", 2)),
                        "cellar",
                        new Room("red", oneDoor(90), Map.of("low", 1))));
        assertThat(house.rooms().keySet()).containsExactly("Hall.1", "attic", "cellar");
    }

    @Test
    void aKeyThatEveryEntryHasNeedsNoValueBesideTheMap() throws IOException {
        assertThat(load("rooms: {hall: {colour: blue}}").rooms().get("hall"))
                .isEqualTo(new Room("blue", oneDoor(80), Map.of("low", 1)));
        assertThatThrownBy(() -> load("rooms: {hall: {colour: blue}, attic: {}}"))
                .hasMessageContaining("key 'colour' of rooms.attic has no value");
        assertThatThrownBy(() -> load("")).hasMessageContaining("key 'colour' has no value");
    }

    @Test
    void whatIsWrongInAnEntryIsNamed() {
        assertThatThrownBy(() -> load("rooms: {hall: {color: blue}}"))
                .hasMessageContaining("unknown key 'color' (rooms.hall of file ")
                .hasMessageContaining("known keys: colour, doors, shelves");
        assertThatThrownBy(() -> load("rooms: {hall: {colour: blue, street: a}}"))
                .hasMessageContaining("unknown key 'street' (rooms.hall");
        assertThatThrownBy(() -> load("colour: red\nrooms: {hall: {doors: {doors: {in: {width: 0}}}}}"))
                .hasMessageContaining("width is 0, must be at least 1")
                .hasMessageContaining("doors.width = 0 (doors.doors.in of rooms.hall of file ");
        assertThatThrownBy(() -> load("colour: red\ndoors: {doors: {a: {}, b: {}, c: {}}}"))
                .hasMessageContaining("doors are 3, must be at most 2");
        assertThatThrownBy(() -> load("rooms: [hall]"))
                .hasMessageContaining("'rooms' is [\"hall\"]")
                .hasMessageContaining("must hold names");
        assertThatThrownBy(() -> load("rooms: {hall: 1}")).hasMessageContaining("does not hold keys and values");
        assertThatThrownBy(() -> load("colour: red\nrooms: {hall: {}, hall: {}}"))
                .as("a name that stands twice")
                .hasMessageContaining("Duplicate field 'hall'");
    }
}
