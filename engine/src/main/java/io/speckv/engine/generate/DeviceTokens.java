package io.speckv.engine.generate;

import io.speckv.engine.sampling.TokenLogprobs;
import io.speckv.engine.torch.ChosenToken;
import java.util.List;
import java.util.Optional;

/**
 * Tokens that the device chose in the step itself, each as if the drafted tokens before it were right.
 *
 * @param chosen one after each row
 */
record DeviceTokens(List<ChosenToken> chosen) implements NextTokens {
    @Override
    public int token(int row, int[] generated) {
        return chosen.get(row).orThrow();
    }

    @Override
    public Optional<TokenLogprobs> logprobs(int row, int token) {
        return chosen.get(row).logprobs();
    }
}
