package io.speckv.bench.peers;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folders of the installed peers and of the scripts that run them.
 *
 * @param scripts the folder {@code bench/peers} of this project
 * @param folder that {@code bench/peers/install} filled
 */
public record PeerInstall(Path scripts, Path folder) {
    /** Returns a path in a peer's folder, which must exist if the peer is installed. */
    Path require(String peer, String inside) throws PeerUnavailableException {
        Path path = folder.resolve(peer).resolve(inside);
        if (!Files.exists(path)) {
            throw new PeerUnavailableException("not installed in " + folder + "; run: bench/peers/install " + folder
                    + " " + peer + "   (and give --peers-dir " + folder + ")");
        }
        return path;
    }

    Path script(String peer, String name) {
        return scripts.resolve(peer).resolve(name);
    }
}
