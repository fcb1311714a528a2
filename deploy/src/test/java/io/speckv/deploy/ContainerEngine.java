package io.speckv.deploy;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;

/** Skips a class, with one line in the log, where neither Docker nor podman answers. */
final class ContainerEngine implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (DockerClientFactory.instance().isDockerAvailable()) {
            return ConditionEvaluationResult.enabled("a container engine answers");
        }
        String reason = context.getDisplayName()
                + " is skipped: no container engine answers (deploy/containers/test runs it under podman)";
        if (context.getTestMethod().isEmpty()) {
            LoggerFactory.getLogger(ContainerEngine.class).warn(reason);
        }
        return ConditionEvaluationResult.disabled(reason);
    }
}
