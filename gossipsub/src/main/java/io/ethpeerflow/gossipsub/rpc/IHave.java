package io.ethpeerflow.gossipsub.rpc;

/**
 * A peer has messages of a topic.
 *
 * @param topic the topic; go's tracer and others look at it, ids are unique without it
 * @param ids of the messages
 */
public record IHave(TopicId topic, MessageIds ids) {}
