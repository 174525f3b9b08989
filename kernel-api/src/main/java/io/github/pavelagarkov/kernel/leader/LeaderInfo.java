package io.github.pavelagarkov.kernel.leader;

import java.util.OptionalLong;

/**
 * Who leads, as the store tells it.
 *
 * @param identity the identity of the leader; of a foreign peer whatever it wrote
 * @param fencingToken the token of its term; empty for a peer that has none
 */
public record LeaderInfo(String identity, OptionalLong fencingToken) {}
