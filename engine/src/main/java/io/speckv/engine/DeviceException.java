package io.speckv.engine;

/** A device that is not there, or that cannot compute what it was asked to. The message names what can be used instead. */
public final class DeviceException extends EngineException {
    public DeviceException(String message) {
        super(message);
    }

    @Override
    public String code() {
        return "device";
    }
}
