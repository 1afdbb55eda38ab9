package io.ethpeerflow.gossipsub.score;

import java.time.Duration;

/**
 * How peers are scored in one topic. Each part has a weight; with weight 0 it is off.
 *
 * @param topicWeight what the topic counts among the others; finite, at least 0
 * @param timeInMesh P1
 * @param firstDeliveries P2
 * @param meshDeliveries P3
 * @param meshFailure P3b
 * @param invalidMessages P4
 */
public record TopicScoreParams(
    double topicWeight,
    TimeInMesh timeInMesh,
    FirstDeliveries firstDeliveries,
    MeshDeliveries meshDeliveries,
    MeshFailure meshFailure,
    InvalidMessages invalidMessages) {
  /** Weight 1 and all parts off: a topic to start from. */
  public static final TopicScoreParams OFF =
      new TopicScoreParams(
          1,
          TimeInMesh.OFF,
          FirstDeliveries.OFF,
          MeshDeliveries.OFF,
          MeshFailure.OFF,
          InvalidMessages.OFF);

  /**
   * Checks the weight.
   *
   * @throws IllegalArgumentException if it is negative or not finite
   */
  public TopicScoreParams {
    Check.reward("topicWeight", topicWeight);
  }

  /**
   * P1, a small reward for peers that are in the mesh: whole quanta since the graft.
   *
   * @param weight at least 0
   * @param quantum what counts as one; positive
   * @param cap the most that counts; positive
   */
  public record TimeInMesh(double weight, Duration quantum, double cap) {
    /** Off. */
    public static final TimeInMesh OFF = new TimeInMesh(0, Duration.ofSeconds(1), 1);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException naming the component and its value
     */
    public TimeInMesh {
      Check.reward("timeInMesh.weight", weight);
      Check.positive("timeInMesh.quantum", quantum);
      Check.positive("timeInMesh.cap", cap);
    }
  }

  /**
   * P2, a reward for peers that bring valid messages first.
   *
   * @param weight at least 0
   * @param decay factor of every decay interval, between 0 and 1, both excluded
   * @param cap the most that counts, applied when counting; positive
   */
  public record FirstDeliveries(double weight, double decay, double cap) {
    /** Off. */
    public static final FirstDeliveries OFF = new FirstDeliveries(0, 0.5, 1);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException naming the component and its value
     */
    public FirstDeliveries {
      Check.reward("firstDeliveries.weight", weight);
      Check.decay("firstDeliveries.decay", decay);
      Check.positive("firstDeliveries.cap", cap);
    }
  }

  /**
   * P3, a penalty for peers of the mesh that bring too little: the square of what is missing.
   *
   * @param weight at most 0
   * @param decay factor of every decay interval, between 0 and 1, both excluded
   * @param cap the most that counts, applied when counting; at least {@code threshold}
   * @param threshold what a peer has to bring; positive
   * @param window how long after the validation of a message its copies still count; a few
   *     milliseconds, or peers collect by sending back what they got. At least 0.
   * @param activation how long a peer has to be in the mesh before anything is missing; at least 0
   */
  public record MeshDeliveries(
      double weight,
      double decay,
      double cap,
      double threshold,
      Duration window,
      Duration activation) {
    /** Off. */
    public static final MeshDeliveries OFF =
        new MeshDeliveries(0, 0.5, 1, 1, Duration.ZERO, Duration.ZERO);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException naming the component and its value
     */
    public MeshDeliveries {
      Check.penalty("meshDeliveries.weight", weight);
      Check.decay("meshDeliveries.decay", decay);
      Check.positive("meshDeliveries.threshold", threshold);
      Check.positive("meshDeliveries.cap", cap);
      Check.that(cap >= threshold, "meshDeliveries.cap", cap, "at least threshold " + threshold);
      Check.notNegative("meshDeliveries.window", window);
      Check.notNegative("meshDeliveries.activation", activation);
    }
  }

  /**
   * P3b, the memory of P3: what was missing when a peer was pruned. It stays when the peer is
   * grafted again.
   *
   * @param weight at most 0
   * @param decay factor of every decay interval, between 0 and 1, both excluded
   */
  public record MeshFailure(double weight, double decay) {
    /** Off. */
    public static final MeshFailure OFF = new MeshFailure(0, 0.5);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException naming the component and its value
     */
    public MeshFailure {
      Check.penalty("meshFailure.weight", weight);
      Check.decay("meshFailure.decay", decay);
    }
  }

  /**
   * P4, a penalty for invalid messages: the square of their number.
   *
   * @param weight at most 0
   * @param decay factor of every decay interval, between 0 and 1, both excluded
   */
  public record InvalidMessages(double weight, double decay) {
    /** Off. */
    public static final InvalidMessages OFF = new InvalidMessages(0, 0.5);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException naming the component and its value
     */
    public InvalidMessages {
      Check.penalty("invalidMessages.weight", weight);
      Check.decay("invalidMessages.decay", decay);
    }
  }

  /** With another weight of the topic. */
  public TopicScoreParams withTopicWeight(double weight) {
    return new TopicScoreParams(
        weight, timeInMesh, firstDeliveries, meshDeliveries, meshFailure, invalidMessages);
  }

  /** With another P1. */
  public TopicScoreParams with(TimeInMesh p1) {
    return new TopicScoreParams(
        topicWeight, p1, firstDeliveries, meshDeliveries, meshFailure, invalidMessages);
  }

  /** With another P2. */
  public TopicScoreParams with(FirstDeliveries p2) {
    return new TopicScoreParams(
        topicWeight, timeInMesh, p2, meshDeliveries, meshFailure, invalidMessages);
  }

  /** With another P3. */
  public TopicScoreParams with(MeshDeliveries p3) {
    return new TopicScoreParams(
        topicWeight, timeInMesh, firstDeliveries, p3, meshFailure, invalidMessages);
  }

  /** With another P3b. */
  public TopicScoreParams with(MeshFailure p3b) {
    return new TopicScoreParams(
        topicWeight, timeInMesh, firstDeliveries, meshDeliveries, p3b, invalidMessages);
  }

  /** With another P4. */
  public TopicScoreParams with(InvalidMessages p4) {
    return new TopicScoreParams(
        topicWeight, timeInMesh, firstDeliveries, meshDeliveries, meshFailure, p4);
  }
}
