package io.speckv.engine.torch;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.speckv.engine.DeviceName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A loaded TorchScript class whose methods are called by name. Thread-safe. */
public final class Graph implements AutoCloseable {
    // The model is kept in a field because DJL's finaliser closes a model that is not referenced, while the block still
    // needs it.
    private final Model model;
    private final PtSymbolBlock block;

    private Graph(Model model) {
        this.model = model;
        this.block = (PtSymbolBlock) model.getBlock();
    }

    /**
     * Returns the class of an archive on a device; the caller closes it.
     *
     * @param name the model's name in libtorch's messages
     * @param archive as {@link GraphArchive} packs it
     */
    public static Graph load(String name, byte[] archive, DeviceName device) {
        ExpConstants.mapIn();
        Model model = Model.newInstance(name, Devices.of(device), Devices.ENGINE);
        // libtorch's profiling executor compiles the first calls again, and gains nothing on graphs of fused operators.
        JniUtils.setGraphExecutorOptimize(false);
        try {
            model.load(new ByteArrayInputStream(archive));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (MalformedModelException e) {
            throw new IllegalStateException("the graph's source does not compile", e);
        }
        return new Graph(model);
    }

    /** Returns a call of one method; its arguments are added in order. */
    public Call call(String method) {
        return new Call(method);
    }

    /**
     * Returns the one tensor that a method computes, with autograd. The caller must be inside a gradient collector.
     *
     * @param lists arguments that are lists of tensors, after the single tensors, under any names
     */
    public NDArray differentiable(String method, List<NDArray> tensors, Map<String, NDArray[]> lists, NDManager scope) {
        NDList inputs = new NDList();
        for (NDArray tensor : tensors) {
            inputs.add(tensor);
        }
        lists.forEach((name, list) -> {
            for (NDArray tensor : list) {
                tensor.setName(name + "[]");
                inputs.add(tensor);
            }
        });
        NDArray choice = scope.create(0);
        choice.setName("module_method:" + method);
        inputs.add(choice);
        return IValueUtils.forward(block, inputs, true).singletonOrThrow();
    }

    @Override
    public void close() {
        model.close();
    }

    /** The arguments of one call. They are released when the call has run. */
    public final class Call {
        private final String method;
        private final List<IValue> arguments = new ArrayList<>();
        private final List<IValue> owned = new ArrayList<>();

        private Call(String method) {
            this.method = method;
        }

        public Call with(NDArray tensor) {
            return own(IValue.from((PtNDArray) tensor));
        }

        public Call with(long number) {
            return own(IValue.from(number));
        }

        public Call with(double number) {
            return own(IValue.from(number));
        }

        public Call with(NDArray[] tensors) {
            return own(IValue.listFrom(Arrays.copyOf(tensors, tensors.length, PtNDArray[].class)));
        }

        public Call with(boolean flag) {
            return own(IValue.from(flag));
        }

        public Call with(String text) {
            return own(IValue.from(text));
        }

        public Call with(long[] numbers) {
            return own(IValue.listFrom(numbers));
        }

        /** Adds an argument that outlives the call, such as a layer's weights. */
        Call withShared(IValue argument) {
            arguments.add(argument);
            return this;
        }

        void run() {
            value().close();
        }

        /** Runs the method and returns its tensor, which {@code scope} owns. */
        public NDArray tensor(NDManager scope) {
            try (IValue result = value()) {
                return result.toTensor((PtNDManager) scope);
            }
        }

        boolean flag() {
            try (IValue result = value()) {
                return result.toBoolean();
            }
        }

        NDArray[] tensors(NDManager scope) {
            try (IValue result = value()) {
                IValue[] parts = result.toIValueTuple();
                NDArray[] tensors = new NDArray[parts.length];
                for (int i = 0; i < parts.length; i++) {
                    tensors[i] = parts[i].toTensor((PtNDManager) scope);
                    parts[i].close();
                }
                return tensors;
            }
        }

        /** Runs the method and returns its result, which the caller closes. */
        IValue value() {
            try {
                return IValueUtils.runMethod(block, method, arguments.toArray(IValue[]::new));
            } finally {
                owned.forEach(IValue::close);
            }
        }

        private Call own(IValue argument) {
            owned.add(argument);
            arguments.add(argument);
            return this;
        }
    }
}
