package io.speckv.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.ContainerBuildPlan;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ServiceImageTest {
    private static final String VERSION = "0.1.0-SNAPSHOT";

    private static ContainerBuildPlan plan(Service service, Variant variant) throws Exception {
        assumeThat(Home.FOLDER.resolve(service.module()).resolve("target/image/sbom.json"))
                .as("libraries of the image, from mvn package or verify")
                .exists();
        return new ServiceImage(Home.FOLDER, service, variant, VERSION)
                .on("scratch")
                .toContainerBuildPlan();
    }

    private static List<String> files(ContainerBuildPlan plan) {
        return plan.getLayers().stream()
                .flatMap(layer -> ((FileEntriesLayer) layer).getEntries().stream())
                .map(entry -> entry.getExtractionPath().toString())
                .toList();
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void holdsItsJarItsLibrariesAndTheirBill(Service service) throws Exception {
        ContainerBuildPlan plan = plan(service, Variant.CPU);

        assertThat(plan.getUser()).isEqualTo("10001:10001");
        assertThat(files(plan))
                .contains(
                        "/opt/speckv/sbom.json",
                        "/opt/speckv/java.args",
                        "/opt/speckv/lib/speckv-" + service.module() + "-" + VERSION + ".jar")
                .doesNotHaveDuplicates();
    }

    /** The stage of the Dockerfile that is named after a service, with what the stages below it set. */
    private static Map<String, String> environmentOfDockerfile(String stage) throws IOException {
        String file = Files.readString(Home.FOLDER.resolve("deploy/images/Dockerfile"))
                .replace("\\\n", "");
        Matcher found = Pattern.compile("(?m)^FROM (\\S+) AS " + stage + "\n((?:(?!FROM ).*\n)*)")
                .matcher(file);
        assertThat(found.find()).as("stage %s", stage).isTrue();
        Map<String, String> all = new TreeMap<>();
        if (!found.group(1).startsWith("$")) {
            all.putAll(environmentOfDockerfile(found.group(1)));
        }
        Pattern.compile("(?m)^ENV (.*)$")
                .matcher(found.group(2))
                .results()
                .flatMap(line -> Stream.of(line.group(1).strip().split(" +")))
                .map(variable -> variable.split("=", 2))
                .forEach(variable -> all.put(variable[0], variable[1]));
        return all;
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void hasTheEnvironmentThatADockerfileGives(Service service) throws Exception {
        Map<String, String> environment = new ServiceImage(Home.FOLDER, service, Variant.CPU, VERSION).environment();

        assertThat(environment).isEqualTo(environmentOfDockerfile(service.label()));
        assertThat(environment.containsKey("MALLOC_TOP_PAD_")).isEqualTo(service.runsModels());
    }

    @Test
    void keepsLibtorchOutOfTheRouter() throws Exception {
        assertThat(files(plan(Service.ROUTER, Variant.CPU)))
                .noneMatch(file -> file.contains("pytorch") || file.contains("speckv-engine-" + VERSION));
        assertThat(files(plan(Service.TARGET, Variant.CPU))).anyMatch(file -> file.contains("pytorch-native-cpu"));
    }

    @Test
    void leavesLibtorchToTheBaseForCuda() throws Exception {
        assertThat(files(plan(Service.TARGET, Variant.CUDA))).noneMatch(file -> file.contains("pytorch-native"));
        assertThatThrownBy(() -> new ServiceImage(Home.FOLDER, Service.ROUTER, Variant.CUDA, VERSION))
                .hasMessageContaining("runs no model");
    }

    @Test
    void hasTheSameDigestWhenBuiltTwice(@TempDir Path folder) throws Exception {
        plan(Service.ROUTER, Variant.CPU);

        assertThat(digest(folder.resolve("first"))).isEqualTo(digest(folder.resolve("second")));
    }

    private static String digest(Path folder) throws Exception {
        TarImage tar = TarImage.at(Files.createDirectories(folder).resolve("image.tar"))
                .named("speckv/router");
        Containerizer containerizer = Containerizer.to(tar)
                .setBaseImageLayersCache(folder.resolve("base"))
                .setApplicationLayersCache(folder.resolve("layers"));
        return new ServiceImage(Home.FOLDER, Service.ROUTER, Variant.CPU, VERSION)
                .on("scratch")
                .containerize(containerizer)
                .getDigest()
                .toString();
    }

    @Test
    void takesTheLibtorchForCudaThatTheBuildIsMadeFor() throws Exception {
        String pom = Files.readString(Home.FOLDER.resolve("pom.xml"));
        String version = pom.replaceAll("(?s).*<libtorch.version>(.*?)</libtorch.version>.*", "$1");

        assertThat(Files.readString(Home.FOLDER.resolve("deploy/images/cuda-base.Dockerfile")))
                .contains("ARG LIBTORCH_VERSION=" + version);
    }
}
