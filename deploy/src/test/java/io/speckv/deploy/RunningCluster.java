package io.speckv.deploy;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Skips a class, with one line in the log, where {@code deploy/cluster/test} has not made a cluster. */
final class RunningCluster implements ExecutionCondition {
    private static final String NONE = "this machine has no cluster: deploy/cluster/test makes one";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (System.getenv(Cluster.FOLDER) != null) {
            return ConditionEvaluationResult.enabled("a cluster is named");
        }
        if (context.getTestMethod().isEmpty()) {
            LoggerFactory.getLogger(RunningCluster.class).warn("{} is skipped: {}", context.getDisplayName(), NONE);
        }
        return ConditionEvaluationResult.disabled(NONE);
    }
}
