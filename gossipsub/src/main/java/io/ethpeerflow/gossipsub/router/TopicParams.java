package io.ethpeerflow.gossipsub.router;

/**
 * What is particular to a topic.
 *
 * @param mesh its mesh
 * @param maxMessageBytes its longest payload, at least 1
 */
public record TopicParams(MeshParams mesh, int maxMessageBytes) {
  /** Checks the bound. */
  public TopicParams {
    Ranges.requireAtLeastOne("maxMessageBytes", maxMessageBytes);
  }
}
