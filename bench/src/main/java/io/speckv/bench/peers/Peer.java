package io.speckv.bench.peers;

import java.io.IOException;
import java.util.List;

/** Another runtime that can run the same checkpoint. */
public sealed interface Peer permits LlamaCpp, Jlama, Vllm {
    /** Returns its name on the command line. */
    String label();

    /**
     * Measures in a process of its own; returns one speed for each prompt length, in order.
     *
     * @throws PeerUnavailableException if the peer is not installed, has no equal precision, or its process fails
     */
    List<PeerSpeed> measure(PeerWorkload workload) throws PeerUnavailableException, IOException;
}
