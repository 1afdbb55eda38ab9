package io.ethpeerflow.gossipsub.router;

import io.ethpeerflow.gossipsub.rpc.MessageId;

/**
 * What became of a message of our own.
 *
 * @param id its id
 * @param duplicate whether a message of this id was published or received before; then nothing was
 *     sent
 * @param peers how many peers it is on its way to; with none it can still be asked for as long as
 *     it is in the cache
 * @param refused how many peers did not get it because they take too slowly what waits for them
 */
public record Publication(MessageId id, boolean duplicate, int peers, int refused) {}
