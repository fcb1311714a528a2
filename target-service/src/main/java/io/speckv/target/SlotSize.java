package io.speckv.target;

import io.speckv.engine.torch.KvArena;
import io.speckv.kit.admission.Admission;

/**
 * The cache slots of one size, and the queue of requests that wait for one.
 *
 * @param arena memory of the slots
 * @param admission hands out as many permits as there are slots
 */
record SlotSize(KvArena arena, Admission admission) {}
