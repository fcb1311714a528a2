package io.speckv.serving.batch;

/** The model cannot be used any more: its device is lost. */
final class LostModelException extends RuntimeException {
    private static final long serialVersionUID = 1;

    LostModelException(Throwable cause) {
        super("the device is lost: it computes nothing any more", cause);
    }
}
