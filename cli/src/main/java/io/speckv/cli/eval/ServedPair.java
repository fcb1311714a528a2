package io.speckv.cli.eval;

import io.speckv.cli.client.RouterClient;
import io.speckv.cli.options.ConnectionArguments;
import io.speckv.cli.options.WrongInputException;
import io.speckv.evals.Generator;
import io.speckv.evals.MethodOverrides;
import io.speckv.evals.PairIdentity;
import io.speckv.evals.PromptTokenizer;
import io.speckv.evals.Setting;
import io.speckv.evals.fidelity.AnswerMeter;
import io.speckv.proto.v1.DescribeResponse;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.proto.v1.Protection;
import io.speckv.proto.v1.ServedModel;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** A pair behind a router. A tokenizer in this process counts prompts, so it must be the target's. */
record ServedPair(
        String address,
        RouterClient client,
        DescribeResponse served,
        ModelDescription target,
        PromptTokenizer prompts,
        ServedMethods methods,
        MethodOverrides settings)
        implements EvaluatedPair {
    /**
     * Asks the router what it serves.
     *
     * @param tokenizerFolder folder with the target's tokenizer, and its chat template if it has one
     * @throws WrongInputException if the router has no such model, or the model has another tokenizer, or the router lacks a
     *     method of {@code grid}
     */
    static ServedPair open(
            String address,
            ConnectionArguments connection,
            Path tokenizerFolder,
            MethodOverrides settings,
            List<Setting> grid)
            throws IOException {
        RouterClient client = connection.open(address);
        try {
            DescribeResponse served = client.describe(connection.model());
            ModelDescription target = target(served, connection.model(), address);
            ServedMethods methods = ServedMethods.of(settings, grid, served);
            PromptTokenizer prompts = prompts(tokenizer(tokenizerFolder, target, address), tokenizerFolder);
            return new ServedPair(address, client, served, target, prompts, methods, settings);
        } catch (RuntimeException | IOException e) {
            client.close();
            throw e;
        }
    }

    private static Tokenizer tokenizer(Path folder, ModelDescription target, String address) {
        Tokenizer tokenizer = Tokenizer.open(folder);
        if (!target.getTokenizerFingerprint().equals(tokenizer.fingerprint())) {
            tokenizer.close();
            throw new WrongInputException("--target " + folder + " has another tokenizer than " + target.getName()
                    + " at " + address + ", so prompts would get other lengths; give a folder with that model's"
                    + " tokenizer.json");
        }
        return tokenizer;
    }

    private static PromptTokenizer prompts(Tokenizer tokenizer, Path folder) throws IOException {
        try {
            return PromptTokenizer.of(tokenizer, folder);
        } catch (RuntimeException | IOException e) {
            tokenizer.close();
            throw e;
        }
    }

    private static ModelDescription target(DescribeResponse served, String asked, String address) {
        String name = asked.isEmpty()
                ? served.getDefaultModel()
                : served.getModelsList().stream()
                        .filter(model -> model.getAliasesList().contains(asked))
                        .map(ServedModel::getName)
                        .findFirst()
                        .orElse(asked);
        return served.getTargetsList().stream()
                .filter(model -> model.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new WrongInputException("the router at " + address
                        + (name.isEmpty() ? " has no target yet" : " has no target '" + name + "' now")
                        + "; it has " + names(served) + "; './speckv describe --router " + address + "' says why"));
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
        // The longest prompt leaves room for one token, and the last token of an answer is not fed.
        return target.getMaxPromptTokenCount() + 1 - newTokens;
    }

    @Override
    public int longestPrompt(int newTokens) {
        return served.getDraftsList().stream()
                .mapToInt(ModelDescription::getMaxPromptTokenCount)
                .reduce(longestPromptOfTarget(newTokens), Math::min);
    }

    /**
     * Returns the router's description of its models, their weights included where their services tell, without anything that
     * may change while answers stay the same.
     */
    @Override
    public PairIdentity identity() {
        String drafts = served.getDraftsList().stream()
                .map(ServedPair::identity)
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        return new PairIdentity(Map.of(
                "served target",
                identity(target),
                "served draft",
                drafts,
                "chat template",
                prompts.templateFingerprint(),
                "settings",
                settings.overrides().toString()));
    }

    private static String identity(ModelDescription model) {
        return model.getName() + " " + model.getFamily() + " " + model.getDtype() + " "
                + model.getTokenizerFingerprint() + " " + model.getWeightsFingerprint();
    }

    @Override
    public Generator generator() {
        return generator(Protection.getDefaultInstance());
    }

    /** Returns a generator whose chats have this protection. */
    Generator generator(Protection protection) {
        return new RouterGenerator(new RouterAnswers(client, target.getName(), methods, protection), prompts);
    }

    @Override
    public AnswerMeter meter(OptionalInt logprobs) {
        return new RouterMeter(
                new RouterAnswers(client, target.getName(), methods, Protection.getDefaultInstance()), logprobs);
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
    public String lossesAre() {
        return "losses and divergences: up to the place where the answers part, that one included, and at least so much"
                + " where a token is none of the likeliest that the target tells";
    }

    @Override
    public String timesAre() {
        return "as the client saw them; KV cache: entries of the prompt";
    }

    @Override
    public void close() {
        prompts.close();
        prompts.tokenizer().close();
        client.close();
    }
}
