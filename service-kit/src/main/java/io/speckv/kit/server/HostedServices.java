package io.speckv.kit.server;

import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import io.speckv.kit.failure.FailureClassifier;
import java.util.List;

/**
 * What a process serves.
 *
 * @param services the application's services
 * @param interceptors for every call to the services, outermost first, such as telemetry
 * @param classifier knows the exceptions that the services throw
 */
public record HostedServices(
        List<BindableService> services, List<ServerInterceptor> interceptors, FailureClassifier classifier) {
    public HostedServices {
        services = List.copyOf(services);
        interceptors = List.copyOf(interceptors);
    }
}
