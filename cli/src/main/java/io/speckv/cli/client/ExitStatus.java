package io.speckv.cli.client;

import io.grpc.Status;

/** The exit status of a command that is no service. */
public enum ExitStatus {
    DONE(0, "done"),
    FAILED(1, "failed: a defect, or a file that cannot be read"),
    WRONG_INPUT(2, "the arguments, the prompt or a setting are wrong"),
    BUSY(3, "the service is full: try again later"),
    UNAVAILABLE(4, "no router or no model answers, or it went away"),
    TIMED_OUT(5, "the time limit passed"),
    REFUSED(6, "the token or the certificate is not accepted"),
    /** A client ends as the JVM does. */
    STOPPED(130, "a signal ended it");

    private final int number;
    private final String meaning;

    ExitStatus(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    public int number() {
        return number;
    }

    /** Returns the meaning for the help of commands. */
    public String meaning() {
        return meaning;
    }

    /** Returns the exit status for a call's status. */
    public static ExitStatus of(Status.Code code) {
        return switch (code) {
            case OK -> DONE;
            case INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION, OUT_OF_RANGE, ALREADY_EXISTS, UNIMPLEMENTED ->
                WRONG_INPUT;
            case RESOURCE_EXHAUSTED -> BUSY;
            case UNAVAILABLE, ABORTED, CANCELLED -> UNAVAILABLE;
            case DEADLINE_EXCEEDED -> TIMED_OUT;
            case UNAUTHENTICATED, PERMISSION_DENIED -> REFUSED;
            case INTERNAL, UNKNOWN, DATA_LOSS -> FAILED;
        };
    }
}
