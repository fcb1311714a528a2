package io.speckv.engine.torch;

import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The operators and graph functions in which work spent its time, from libtorch's profiler. Tracing takes about a
 * microsecond per call, which slows decoding noticeably.
 *
 * @param seconds from the first call to the end of the last
 * @param calls in the order in which they began
 */
public record OperatorTrace(double seconds, List<Call> calls) {
    private static final double MICROSECOND = 1e-6;

    /**
     * One call.
     *
     * @param name of an operator, such as {@code aten::mm}, or of a graph's function, such as {@code rotate}
     * @param callers names of the calls that contain it, the innermost first
     * @param ownSeconds its time without the calls inside it
     */
    public record Call(String name, List<String> callers, double ownSeconds) {
        /** Returns whether it is an operator of libtorch, not a function of a graph. */
        public boolean isOperator() {
            return name.contains("::");
        }
    }

    private record Event(String name, double start, double end) {}

    /**
     * Runs work under the profiler, of which a process has only one. Only the thread with the most calls is reported, which
     * is this one unless others do more.
     */
    public static synchronized OperatorTrace of(Runnable work) {
        try {
            Path file = Files.createTempFile("speckv-trace", ".json");
            file.toFile().deleteOnExit();
            JniUtils.startProfile(false, false, false);
            try {
                work.run();
            } finally {
                JniUtils.stopProfile(file.toString());
            }
            OperatorTrace trace = read(new ObjectMapper().readTree(file.toFile()));
            Files.delete(file);
            return trace;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads Chrome's trace format, as libtorch writes it. */
    static OperatorTrace read(JsonNode trace) {
        List<Event> events = ofBusiestThread(trace);
        events.sort(Comparator.comparingDouble(Event::start).thenComparing(Event::end, Comparator.reverseOrder()));
        double[] own = new double[events.size()];
        List<List<String>> callers = new ArrayList<>();
        Deque<Integer> open = new ArrayDeque<>();
        double first = Double.POSITIVE_INFINITY;
        double last = 0;
        for (int i = 0; i < own.length; i++) {
            Event event = events.get(i);
            while (!open.isEmpty() && events.get(open.element()).end <= event.start) {
                open.pop();
            }
            own[i] += event.end - event.start;
            if (!open.isEmpty()) {
                own[open.element()] -= event.end - event.start;
            }
            callers.add(open.stream().map(caller -> events.get(caller).name).toList());
            open.push(i);
            first = Math.min(first, event.start);
            last = Math.max(last, event.end);
        }
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i < own.length; i++) {
            calls.add(new Call(events.get(i).name, callers.get(i), own[i] * MICROSECOND));
        }
        return new OperatorTrace(Math.max(0, last - first) * MICROSECOND, List.copyOf(calls));
    }

    private static List<Event> ofBusiestThread(JsonNode trace) {
        Map<String, List<Event>> threads = new TreeMap<>();
        for (JsonNode event : trace.isArray() ? trace : trace.path("traceEvents")) {
            if (event.path("ph").asText().equals("X")) {
                double start = event.path("ts").asDouble();
                threads.computeIfAbsent(event.path("tid").asText(), thread -> new ArrayList<>())
                        .add(new Event(
                                event.path("name").asText(),
                                start,
                                start + event.path("dur").asDouble()));
            }
        }
        return threads.values().stream()
                .max(Comparator.comparingInt(List::size))
                .orElseGet(ArrayList::new);
    }
}
