/**
 * One request from prompt to answer, as a pure state machine: {@link io.speckv.cascade.CascadeRun} takes
 * {@linkplain io.speckv.cascade.Event events} and returns {@linkplain io.speckv.cascade.Effect effects}, which its
 * {@linkplain io.speckv.cascade.CascadeDriver driver} performs. Nothing here knows a clock, a thread, a network, a tensor or
 * a text.
 *
 * <pre>
 *   Waiting --Admitted--&gt; Scoring --Scored, or the lookahead--&gt; Reading --Grew--&gt; Answering --Finished--&gt; Leaving --&gt; Over
 *      '------ no draft needed ------------------------------&gt;'
 * </pre>
 *
 * <table>
 * <caption>States</caption>
 * <tr><td>Waiting</td><td>for its turn</td></tr>
 * <tr><td>Scoring</td><td>the draft reads the prompt; the target knows nothing yet</td></tr>
 * <tr><td>Reading</td><td>the target reads the kept tokens; lookahead may still come</td></tr>
 * <tr><td>Answering</td><td>tokens have left: none is ever taken back</td></tr>
 * <tr><td>Leaving</td><td>all is said, well or badly; the client may still be taking it</td></tr>
 * <tr><td>Over</td><td>nothing follows</td></tr>
 * </table>
 *
 * <p>A draft that is lost leads from Scoring to what the request's {@link io.speckv.cascade.Fallback} says, and from Reading
 * as well where its lookahead was to choose KV pairs; elsewhere it only costs time. A target that is lost, and whatever a
 * driver cannot do, ends the request. So does a client that leaves, in any state.
 */
@NullMarked
package io.speckv.cascade;

import org.jspecify.annotations.NullMarked;
