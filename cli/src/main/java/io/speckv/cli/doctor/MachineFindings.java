package io.speckv.cli.doctor;

import io.speckv.engine.DeviceName;
import io.speckv.engine.Processor;
import io.speckv.engine.torch.DeviceMemory;
import io.speckv.kit.settings.ByteSize;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.tools.ToolProvider;

/** Checks processor, memory, Java, containers and ports, which needs no libtorch. */
final class MachineFindings {
    private static final Path LINUX_MEMORY = Path.of("/proc/meminfo");
    private static final List<Integer> PORTS = List.of(9000, 9001, 9002, 8080);
    private static final ByteSize LITTLE = ByteSize.parse("1GiB");

    private MachineFindings() {}

    static Finding processor(Processor processor) {
        String text = "%s (%s), %d cores for this process"
                .formatted(
                        processor.name(),
                        processor.architecture(),
                        Runtime.getRuntime().availableProcessors());
        return Finding.right("processor", text);
    }

    static Finding instructionSets(Processor processor) {
        String sets = String.join(" ", processor.instructionSets());
        return sets.isEmpty()
                ? Finding.note(
                        "instructions", "none known", "how precisions are computed, below, was tried all the same")
                : Finding.right("instructions", sets);
    }

    static Finding memory() throws IOException {
        long total = DeviceMemory.bytes(DeviceName.CPU);
        Optional<ByteSize> free = available();
        String text = new ByteSize(total).readable() + " of the machine or container"
                + free.map(bytes -> ", " + bytes.readable() + " available now").orElse("");
        return free.isPresent() && free.get().bytes() < LITTLE.bytes()
                ? Finding.note("memory", text, "end what takes it, before models are loaded")
                : Finding.right("memory", text);
    }

    /** Returns the memory that Linux could give without swapping. */
    private static Optional<ByteSize> available() throws IOException {
        if (!Files.isReadable(LINUX_MEMORY)) {
            return Optional.empty();
        }
        return Files.readAllLines(LINUX_MEMORY).stream()
                .filter(line -> line.startsWith("MemAvailable:"))
                .map(line -> ByteSize.parse(line.replaceAll("\\D", "") + "KiB"))
                .findFirst();
    }

    static Finding java() {
        boolean compiler = ToolProvider.getSystemJavaCompiler() != null;
        String text = "%s of %s at %s, heap at most %s%s"
                .formatted(
                        System.getProperty("java.version"),
                        System.getProperty("java.vendor"),
                        System.getProperty("java.home"),
                        new ByteSize(Runtime.getRuntime().maxMemory()).readable(),
                        compiler ? "" : "; a runtime without compiler");
        return Finding.right("java", text);
    }

    static Finding containers() {
        for (String engine : List.of("docker", "podman")) {
            Optional<String> version = Tool.ask(engine, "version", "--format", "{{.Server.Version}}");
            if (version.isPresent()) {
                return Finding.right("containers", engine + " " + version.get());
            }
        }
        return Finding.note(
                "containers",
                "neither docker nor podman answers",
                "only images and the Compose file need one (docs/operations.md)");
    }

    static Finding ports() {
        return ports(PORTS);
    }

    static Finding ports(List<Integer> ports) {
        List<String> taken = new ArrayList<>();
        for (int port : ports) {
            if (!isFree(port)) {
                taken.add(String.valueOf(port));
            }
        }
        String all = String.join(", ", ports.stream().map(String::valueOf).toList());
        return taken.isEmpty()
                ? Finding.right("ports", all + " are free")
                : Finding.note(
                        "ports",
                        "in use: " + String.join(", ", taken) + " of " + all,
                        "end what listens there, or give other ones: up --port 0 --http-port 0 takes free ones");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false; // the port is taken
        }
    }
}
