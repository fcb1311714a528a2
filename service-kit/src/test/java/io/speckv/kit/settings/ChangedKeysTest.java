package io.speckv.kit.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChangedKeysTest {
    record House(String street, Door frontDoor, @Nullable Door backDoor, ByteSize cellar, Map<String, Door> sheds) {}

    record Door(int width, Lock lock) {}

    record Lock(int keyCount) {}

    private static final Door DOOR = new Door(90, new Lock(2));
    private static final House HOUSE = new House("a", DOOR, null, new ByteSize(1), Map.of("old", DOOR));

    @Test
    void equalSettingsDifferInNothing() {
        assertThat(ChangedKeys.between(
                        HOUSE, new House("a", new Door(90, new Lock(2)), null, new ByteSize(1), Map.of("old", DOOR))))
                .isEmpty();
    }

    @Test
    void keysAreNamedInFullHoweverDeepTheyAre() {
        House other = new House("b", new Door(90, new Lock(3)), null, new ByteSize(2), Map.of("old", DOOR));

        assertThat(ChangedKeys.between(HOUSE, other)).containsExactly("street", "front-door.lock.key-count", "cellar");
    }

    @Test
    void aGroupThatComesOrAMapThatChangesIsNamedAsAWhole() {
        House other = new House("a", DOOR, DOOR, new ByteSize(1), Map.of("new", DOOR));

        assertThat(ChangedKeys.between(HOUSE, other)).containsExactly("back-door", "sheds");
        assertThat(ChangedKeys.between(other, HOUSE)).containsExactly("back-door", "sheds");
    }
}
