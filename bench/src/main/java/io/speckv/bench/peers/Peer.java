package io.speckv.bench.peers;

import java.io.IOException;
import java.util.List;

/** Another runtime that can run the same checkpoint. */
public sealed interface Peer permits LlamaCpp, Jlama, Vllm {
    /** Returns its name, as on the command line. */
    String label();

    /**
     * Returns one speed for each prompt length, in order, measured in a process of its own.
     *
     * @throws PeerUnavailableException if it is not installed, has no equal precision, or its process fails
     */
    List<PeerSpeed> measure(PeerWorkload workload) throws PeerUnavailableException, IOException;
}
