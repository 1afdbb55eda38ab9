package io.ethpeerflow.gossipsub.rpc;

/**
 * What a peer supports beyond version 1.3 itself; in the first RPC of a stream only, and once.
 *
 * @param partialMessages partial messages
 * @param testExtension the extension that tests interoperability of extensions
 */
public record Extensions(boolean partialMessages, boolean testExtension) {}
