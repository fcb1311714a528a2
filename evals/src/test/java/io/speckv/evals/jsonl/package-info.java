/** Tests of {@link io.speckv.evals.jsonl}. */
