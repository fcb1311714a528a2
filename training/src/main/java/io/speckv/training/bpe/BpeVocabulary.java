package io.speckv.training.bpe;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A byte-level BPE vocabulary. It encodes any text and decodes it unchanged. Immutable and thread-safe.
 *
 * <p>Ids 0 to 255 are the bytes, then one id for each merge in the order they were learned, then the special tokens.
 * Encoding repeatedly joins the pair of lowest rank inside a piece. This is the rule of Sennrich et al. 2016
 * (arXiv:1508.07909) as GPT-2 applies it to bytes.
 */
public final class BpeVocabulary {
    static final int BYTES = 256;

    private final List<Merge> merges;
    private final List<String> specialTokens;
    private final List<byte[]> tokenBytes;
    private final Map<Long, Integer> idOfPair;

    BpeVocabulary(List<Merge> merges, List<String> specialTokens) {
        this.merges = List.copyOf(merges);
        this.specialTokens = List.copyOf(specialTokens);
        this.tokenBytes = new ArrayList<>(size());
        this.idOfPair = new HashMap<>(merges.size() * 2);
        for (int value = 0; value < BYTES; value++) {
            tokenBytes.add(new byte[] {(byte) value});
        }
        for (Merge merge : merges) {
            idOfPair.put(merge.key(), tokenBytes.size());
            tokenBytes.add(join(tokenBytes.get(merge.left()), tokenBytes.get(merge.right())));
        }
        for (String token : specialTokens) {
            tokenBytes.add(ByteAlphabet.utf8(token));
        }
    }

    /** Returns the number of ids, special tokens included. */
    public int size() {
        return BYTES + merges.size() + specialTokens.size();
    }

    /** Returns the lowest id of a special token. All ids from it on are special. */
    public int firstSpecialId() {
        return BYTES + merges.size();
    }

    /** Returns the id of a special token such as {@link BpeSettings#END_OF_TEXT}. */
    public int specialId(String token) {
        int index = specialTokens.indexOf(token);
        if (index < 0) {
            throw new IllegalArgumentException("no special token '" + token + "', there are " + specialTokens);
        }
        return firstSpecialId() + index;
    }

    /** Returns the ids of {@code text}. The spelling of a special token in it is encoded as ordinary text. */
    public int[] encode(String text) {
        IntList ids = new IntList(text.length() / 2 + 8);
        PreTokenizer.split(text, piece -> encodePiece(ByteAlphabet.utf8(piece), ids));
        return ids.toArray();
    }

    /** Returns the text of {@code ids}; bytes that are not UTF-8 become replacement characters. */
    public String decode(int... ids) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(ids.length * 4);
        for (int id : ids) {
            bytes.writeBytes(bytesOf(id));
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    List<Merge> merges() {
        return merges;
    }

    List<String> specialTokens() {
        return specialTokens;
    }

    /** Returns the bytes that {@code id} stands for, borrowed. */
    byte[] bytesOf(int id) {
        if (id < 0 || id >= tokenBytes.size()) {
            throw new IllegalArgumentException("token id is " + id + ", must be 0 to " + (tokenBytes.size() - 1));
        }
        return tokenBytes.get(id);
    }

    private void encodePiece(byte[] piece, IntList out) {
        int[] ids = new int[piece.length];
        for (int i = 0; i < piece.length; i++) {
            ids[i] = Byte.toUnsignedInt(piece[i]);
        }
        int length = ids.length;
        while (length > 1) {
            int joined = lowestJoin(ids, length);
            if (joined == Integer.MAX_VALUE) {
                break;
            }
            Merge merge = merges.get(joined - BYTES);
            length = Merging.replace(ids, length, merge, joined);
        }
        out.addAll(ids, length);
    }

    /** Ids of joined pairs grow with their rank, so the smallest id is the merge to do first. */
    private int lowestJoin(int[] ids, int length) {
        int lowest = Integer.MAX_VALUE;
        for (int i = 0; i + 1 < length; i++) {
            lowest = Math.min(lowest, idOfPair.getOrDefault(Merge.key(ids[i], ids[i + 1]), Integer.MAX_VALUE));
        }
        return lowest;
    }

    private static byte[] join(byte[] left, byte[] right) {
        byte[] both = Arrays.copyOf(left, left.length + right.length);
        System.arraycopy(right, 0, both, left.length, right.length);
        return both;
    }
}
