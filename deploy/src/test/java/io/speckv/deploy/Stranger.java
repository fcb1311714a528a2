package io.speckv.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A pod beside a release that tries to open a connection. */
final class Stranger {
    private static final Duration TRIED = Duration.ofMinutes(2);
    private static final String NAME = "stranger";

    private Stranger() {}

    /**
     * Returns whether a pod with this label may connect to a service of the release.
     *
     * @param label such as {@code client=yes}
     */
    static boolean reaches(Release release, String label, Service service) throws Exception {
        String image = release.image(Service.ROUTER);
        String host = release.router().replace("-router.", "-" + service.label() + ".");
        // Once or twice: a rule is written a moment after the pod has its address.
        String connect = "for i in 1 2 3 4 5; do timeout 3 bash -c '</dev/tcp/%s/%d' && exit 0; sleep 1; done; exit 1"
                .formatted(host, service.port());
        release.kubectl(
                "run",
                NAME,
                "--restart=Never",
                "--image=" + image,
                "--labels=" + label,
                "--overrides=" + restricted(image, List.of("bash", "-c", connect)));
        try {
            Answers.await(TRIED, () -> phase(release).matches("Succeeded|Failed") ? "" : phase(release));
            return phase(release).equals("Succeeded");
        } finally {
            release.kubectl("delete", "pod", NAME, "--grace-period=0", "--force");
        }
    }

    private static String phase(Release release) {
        return release.kubectl("get", "pod", NAME, "-o", "jsonpath={.status.phase}");
    }

    private static String restricted(String image, List<String> command) throws JsonProcessingException {
        Map<String, Object> pod =
                Map.of("runAsNonRoot", true, "runAsUser", 10001, "seccompProfile", Map.of("type", "RuntimeDefault"));
        Map<String, Object> process =
                Map.of("allowPrivilegeEscalation", false, "capabilities", Map.of("drop", List.of("ALL")));
        Map<String, Object> container =
                Map.of("name", NAME, "image", image, "command", command, "securityContext", process);
        return new ObjectMapper()
                .writeValueAsString(Map.of("spec", Map.of("securityContext", pod, "containers", List.of(container))));
    }
}
