package io.speckv.deploy;

import com.github.dockerjava.api.DockerClient;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.TarImage;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testcontainers.DockerClientFactory;

/**
 * The three images, built by Jib and loaded into the container engine. The base is the public one, or the engine's
 * image that {@code SPECKV_BASE_IMAGE} names.
 */
final class LoadedImages {
    static final String VERSION = "0.1.0-SNAPSHOT";

    private static final String PUBLIC_BASE = "registry://eclipse-temurin:17-jre";

    private LoadedImages() {}

    static String name(Service service) {
        return "localhost/speckv-test/" + service.label() + ":" + VERSION;
    }

    static void load(Path folder) throws Exception {
        String base = base(folder);
        for (Service service : Service.TRIO) {
            Path tar = folder.resolve(service.label() + ".tar");
            new ServiceImage(Home.FOLDER, service, Variant.CPU, VERSION)
                    .on(base)
                    .containerize(Containerizer.to(TarImage.at(tar).named(name(service))));
            try (InputStream image = Files.newInputStream(tar)) {
                engine().loadImageCmd(image).exec();
            }
            Files.delete(tar);
        }
    }

    private static String base(Path folder) throws Exception {
        String own = System.getenv("SPECKV_BASE_IMAGE");
        if (own == null) {
            return PUBLIC_BASE;
        }
        Path file = folder.resolve("base.tar");
        try (InputStream saved = engine().saveImageCmd(own).exec()) {
            Files.copy(saved, file);
        }
        return "tar://" + file;
    }

    static DockerClient engine() {
        return DockerClientFactory.lazyClient();
    }
}
