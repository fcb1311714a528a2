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
 * <tr><td>Scoring</td><td>the draft reads the prompt; the target has not been asked yet</td></tr>
 * <tr><td>Reading</td><td>the target reads the kept tokens; lookahead may still come</td></tr>
 * <tr><td>Answering</td><td>tokens have been sent; none is ever taken back</td></tr>
 * <tr><td>Leaving</td><td>the reply is complete; the client may still be taking it</td></tr>
 * <tr><td>Over</td><td>no event has an effect any more</td></tr>
 * </table>
 *
 * <p>A draft that is lost while Scoring leads to the request's {@link io.speckv.cascade.Fallback}. So does one that is lost
 * while Reading, if its lookahead was to choose KV pairs. Otherwise a lost draft only costs time. A lost target, or an
 * effect that the driver cannot perform, ends the request. So does a client that leaves, in any state.
 */
@NullMarked
package io.speckv.cascade;

import org.jspecify.annotations.NullMarked;
