package io.speckv.cli.bench;

import io.speckv.bench.EngineBench;
import io.speckv.bench.peers.Jlama;
import io.speckv.bench.peers.LlamaCpp;
import io.speckv.bench.peers.Peer;
import io.speckv.bench.peers.PeerInstall;
import io.speckv.bench.peers.PeerSpeed;
import io.speckv.bench.peers.PeerUnavailableException;
import io.speckv.bench.peers.PeerWorkload;
import io.speckv.bench.peers.Vllm;
import io.speckv.cli.options.WrongInputException;
import io.speckv.engine.Precision;
import io.speckv.engine.checkpoint.config.ModelShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The other runtimes that a benchmark runs beside the engine, and their rows. */
final class PeerArguments {
    /** Environment variable with the folder of a newer JVM for one of the runtimes. */
    private static final String NEWER_JAVA = "JAVA25_HOME";

    @Option(
            names = "--peers",
            split = ",",
            paramLabel = "NAME",
            description = "llama.cpp, vllm, jlama: run them as well")
    List<String> names = List.of();

    @Option(
            names = "--peers-dir",
            paramLabel = "DIR",
            description = "what 'bench/peers/install DIR' filled (temporary folder)")
    Path folder = Path.of(System.getProperty("java.io.tmpdir"), "speckv-peers");

    @Option(
            names = "--peer-java",
            paramLabel = "JAVA",
            description = "java command, 22 or newer, for jlama ($JAVA25_HOME/bin/java, else java)")
    @Nullable
    String java;

    /** A row of the report. */
    sealed interface Row permits Measured, Unavailable {
        void print();
    }

    /**
     * The speed of a peer.
     *
     * @param prefillOfOurs its tokens/s divided by the engine's, in the same run at the equal precision
     * @param decodeOfOurs likewise for decode
     */
    record Measured(
            String peer,
            String precision,
            int promptTokens,
            double prefillTokensPerSecond,
            double prefillOfOurs,
            double decodeTokensPerSecond,
            double decodeOfOurs)
            implements Row {
        @Override
        public void print() {
            System.out.printf(
                    "%7d  %8.0f  %3.0f%%  %8.1f    %3.0f%%  of ours: %s%n",
                    promptTokens,
                    prefillTokensPerSecond,
                    prefillOfOurs * 100,
                    decodeTokensPerSecond,
                    decodeOfOurs * 100,
                    peer);
        }
    }

    /**
     * A peer without a speed.
     *
     * @param reason names what is missing, and what to do
     */
    record Unavailable(String peer, String precision, String reason) implements Row {
        @Override
        public void print() {
            System.out.printf("  %s: %s%n", peer, reason);
        }
    }

    List<Peer> peers() {
        PeerInstall install =
                new PeerInstall(Path.of(System.getProperty("speckv.home", "."), "bench", "peers"), folder);
        List<Peer> known = List.of(new LlamaCpp(install), new Vllm(install), new Jlama(install, java()));
        List<Peer> chosen = new ArrayList<>();
        for (String name : names) {
            chosen.add(known.stream()
                    .filter(peer -> peer.label().equalsIgnoreCase(name))
                    .findFirst()
                    .orElseThrow(() -> new WrongInputException("--peers is '" + name + "'; use "
                            + String.join(
                                    " or ", known.stream().map(Peer::label).toList()))));
        }
        return chosen;
    }

    /** Runs every chosen peer on the checkpoint, with the precision and the prompt lengths of the engine's lines. */
    List<Row> run(List<Peer> peers, Path checkpoint, ModelShape shape, List<EngineBench.Line> ours) throws IOException {
        List<Row> rows = new ArrayList<>();
        if (ours.isEmpty()) {
            return rows;
        }
        Precision precision = Precision.parse(ours.get(0).precision());
        PeerWorkload workload = new PeerWorkload(
                checkpoint,
                shape,
                precision,
                Runtime.getRuntime().availableProcessors(),
                ours.stream().map(EngineBench.Line::promptTokens).toList(),
                EngineBench.DECODE_STEPS);
        for (Peer peer : peers) {
            rows.addAll(run(peer, workload, ours));
        }
        rows.forEach(Row::print);
        return rows;
    }

    private static List<Row> run(Peer peer, PeerWorkload workload, List<EngineBench.Line> ours) throws IOException {
        String precision = workload.precision().toString();
        try {
            List<PeerSpeed> speeds = peer.measure(workload);
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < ours.size(); i++) {
                PeerSpeed speed = speeds.get(i);
                rows.add(new Measured(
                        peer.label(),
                        precision,
                        speed.promptTokens(),
                        speed.prefillTokensPerSecond(),
                        speed.prefillTokensPerSecond() / ours.get(i).prefillTokensPerSecond(),
                        speed.decodeTokensPerSecond(),
                        speed.decodeTokensPerSecond() / ours.get(i).decodeTokensPerSecond()));
            }
            return rows;
        } catch (PeerUnavailableException e) {
            return List.of(new Unavailable(peer.label(), precision, String.valueOf(e.getMessage())));
        }
    }

    private String java() {
        if (java != null) {
            return java;
        }
        String home = System.getenv(NEWER_JAVA);
        return home == null ? "java" : Path.of(home, "bin", "java").toString();
    }
}
