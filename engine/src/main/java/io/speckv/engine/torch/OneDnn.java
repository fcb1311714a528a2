package io.speckv.engine.torch;

import io.speckv.engine.DeviceName;
import java.util.Map;

/**
 * Whether libtorch was built with oneDNN. For some processors it is not, and then sources that name its operators do not
 * compile.
 */
final class OneDnn {
    static final boolean PRESENT = compiles();

    private OneDnn() {}

    /** Returns the source of module {@code onednn} for this libtorch. */
    static String source() {
        return PRESENT ? "onednn.py" : "no_onednn.py";
    }

    private static boolean compiles() {
        byte[] archive = GraphArchive.pack("OneDnnProbe", Map.of(), "onednn_probe.py", "onednn.py");
        try (Graph probe = Graph.load("onednn", archive, DeviceName.CPU)) {
            probe.call("look").run();
            return true;
        } catch (IllegalStateException e) {
            // Graph.load throws this for a source that does not compile.
            return false;
        }
    }
}
