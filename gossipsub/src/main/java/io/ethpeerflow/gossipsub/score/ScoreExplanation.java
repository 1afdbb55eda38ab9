package io.ethpeerflow.gossipsub.score;

import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.wire.peer.PeerId;
import java.util.List;

/**
 * A score in its parts. Each P is the value before its weight; the sum of all that is weighted is
 * the score.
 *
 * @param peer whose score
 * @param score the score
 * @param topics the topics that the peer has to do with
 * @param topicsUncapped what the topics count together
 * @param topicsCapped the same after the cap
 * @param application P5
 * @param colocation P6
 * @param behaviour P7
 * @param connected false for a score that is retained
 */
public record ScoreExplanation(
    PeerId peer,
    double score,
    List<TopicPart> topics,
    double topicsUncapped,
    double topicsCapped,
    Part application,
    Part colocation,
    Part behaviour,
    boolean connected) {
  /** Copies the list. */
  public ScoreExplanation {
    topics = List.copyOf(topics);
  }

  /**
   * One P.
   *
   * @param value its value
   * @param weight its weight
   */
  public record Part(double value, double weight) {
    /** What it adds to the sum it belongs to. */
    public double weighted() {
      return value * weight;
    }
  }

  /**
   * What a topic counts.
   *
   * @param topic the topic
   * @param topicWeight its weight
   * @param inMesh whether the peer is in its mesh
   * @param timeInMesh P1
   * @param firstDeliveries P2
   * @param meshDeliveries P3
   * @param meshFailure P3b
   * @param invalidMessages P4
   */
  public record TopicPart(
      TopicId topic,
      double topicWeight,
      boolean inMesh,
      Part timeInMesh,
      Part firstDeliveries,
      Part meshDeliveries,
      Part meshFailure,
      Part invalidMessages) {
    /** What the topic adds to the score, were there no cap. */
    public double weighted() {
      return topicWeight
          * (timeInMesh.weighted()
              + firstDeliveries.weighted()
              + meshDeliveries.weighted()
              + meshFailure.weighted()
              + invalidMessages.weighted());
    }
  }
}
