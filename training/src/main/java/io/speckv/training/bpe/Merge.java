package io.speckv.training.bpe;

/** Two neighbouring token ids that become one. The rank among the merges gives the id of the result. */
record Merge(int left, int right) {
    /** Returns both ids in one number that sorts by left, then right. */
    static long key(int left, int right) {
        return ((long) left << Integer.SIZE) | right;
    }

    static Merge ofKey(long key) {
        return new Merge((int) (key >>> Integer.SIZE), (int) key);
    }

    long key() {
        return key(left, right);
    }
}
