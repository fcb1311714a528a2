package io.speckv.cli;

import io.speckv.cli.client.RouterClient;
import io.speckv.evals.Generator;
import io.speckv.evals.MethodSettings;
import io.speckv.evals.PairIdentity;
import io.speckv.evals.PromptTokens;
import io.speckv.proto.v1.DescribeResponse;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A pair behind a router. Prompts are counted by a tokenizer in this process, which has to be the target's. */
record ServedPair(
        String address,
        RouterClient client,
        DescribeResponse served,
        ModelDescription target,
        Tokenizer tokenizer,
        PromptTokens prompts,
        MethodSettings settings)
        implements EvaluatedPair {
    /**
     * Asks the router what it serves.
     *
     * @param tokenizerFolder folder with the target's tokenizer
     * @throws WrongInputException if the router has no such model, or one with another tokenizer
     */
    static ServedPair open(
            String address, ConnectionArguments connection, Path tokenizerFolder, MethodSettings settings)
            throws IOException {
        Tokenizer tokenizer = Tokenizer.open(tokenizerFolder);
        RouterClient client = connection.open(address);
        try {
            DescribeResponse served = client.describe();
            ModelDescription target = target(served, connection.model(), address);
            if (!target.getTokenizerFingerprint().equals(tokenizer.fingerprint())) {
                throw new WrongInputException("--target " + tokenizerFolder + " has another tokenizer than "
                        + target.getName() + " at " + address + ", so prompts would get other lengths; give a folder"
                        + " with that model's tokenizer.json");
            }
            PromptTokens prompts = PromptTokens.of(tokenizer, tokenizerFolder);
            return new ServedPair(address, client, served, target, tokenizer, prompts, settings);
        } catch (RuntimeException | IOException e) {
            client.close();
            tokenizer.close();
            throw e;
        }
    }

    private static ModelDescription target(DescribeResponse served, String asked, String address) {
        String name = asked.isEmpty() ? served.getDefaultModel() : asked;
        return served.getTargetsList().stream()
                .filter(model -> model.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new WrongInputException(
                        "the router at " + address + " has no target '" + name + "' now, it has " + names(served)));
    }

    private static String names(DescribeResponse served) {
        List<ModelDescription> models = served.getTargetsList();
        return models.isEmpty()
                ? "none"
                : models.stream().map(ModelDescription::getName).collect(Collectors.joining(", "));
    }

    @Override
    public int longestPromptOfTarget(int newTokens) {
        if (newTokens > target.getMaxNewTokenCount()) {
            throw new WrongInputException("an answer of " + newTokens + " tokens is asked for; " + target.getName()
                    + " at " + address + " gives up to " + target.getMaxNewTokenCount());
        }
        return target.getMaxPromptTokenCount();
    }

    @Override
    public int longestPrompt(int newTokens) {
        return served.getDraftsList().stream()
                .mapToInt(ModelDescription::getMaxPromptTokenCount)
                .reduce(longestPromptOfTarget(newTokens), Math::min);
    }

    @Override
    public PairIdentity identity() {
        String drafts = served.getDraftsList().stream()
                .map(ModelDescription::toString)
                .sorted()
                .collect(Collectors.joining());
        return PairIdentity.served(
                address + " " + target + drafts, settings.overrides().toString());
    }

    @Override
    public Generator generator() {
        return new RouterGenerator(client, target.getName(), prompts, settings);
    }

    @Override
    public String names() {
        String drafts = served.getDraftsList().stream()
                .map(ModelDescription::getName)
                .distinct()
                .collect(Collectors.joining(", "));
        return "target " + target.getName() + ", draft " + (drafts.isEmpty() ? "none" : drafts) + ", served at "
                + address;
    }

    @Override
    public String timesAre() {
        return "as the client saw them";
    }

    @Override
    public void close() {
        prompts.close();
        tokenizer.close();
        client.close();
    }
}
