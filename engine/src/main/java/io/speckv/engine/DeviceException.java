package io.speckv.engine;

/** A device that does not exist, or that cannot compute what was asked of it. The message names what can be used instead. */
public final class DeviceException extends EngineException {
    public DeviceException(String message) {
        super(message);
    }

    @Override
    public String code() {
        return "device";
    }
}
