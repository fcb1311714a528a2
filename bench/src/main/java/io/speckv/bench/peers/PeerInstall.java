package io.speckv.bench.peers;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the peers and the scripts that drive them lie.
 *
 * @param scripts the folder {@code bench/peers} of this project
 * @param folder what {@code bench/peers/install} filled
 */
public record PeerInstall(Path scripts, Path folder) {
    /** Returns a path inside a peer's folder that shows that the peer is there. */
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
