package io.speckv.enginetarget;

/** What vLLM sends, event by event. */
final class VllmEvents {
    static final String COMPLETIONS = "/v1/completions";
    static final String CHUNK =
            "{\"choices\":[{\"index\":0,\"text\":\"x\",\"finish_reason\":null,\"token_ids\":[%d]}]}";
    static final String NOTHING = "{\"choices\":[{\"index\":0,\"text\":\"\",\"finish_reason\":null,\"token_ids\":[]}]}";
    static final String LAST =
            "{\"choices\":[{\"index\":0,\"text\":\"\",\"finish_reason\":\"%s\",\"stop_reason\":null,\"token_ids\":[]}]}";
    static final String USAGE =
            "{\"choices\":[],\"usage\":{\"prompt_tokens\":6,\"completion_tokens\":%d,\"prompt_tokens_details\":{\"cached_tokens\":4}}}";

    private VllmEvents() {}

    /** Says these tokens one by one, then ends. */
    static ScriptedEngine.Script saying(String reason, int... ids) {
        return (request, wire) -> {
            wire.openStream();
            for (int id : ids) {
                wire.event(CHUNK.formatted(id));
            }
            wire.event(LAST.formatted(reason));
            wire.event(USAGE.formatted(ids.length));
            wire.event("[DONE]");
            wire.end();
        };
    }
}
