package io.ethpeerflow.gossipsub.score;

/** What a peer did in one topic. */
final class TopicCounters {
  boolean inMesh;
  long graftedNanos;
  // both as of the last decay: the specification has the time in the mesh updated there
  long inMeshNanos;
  boolean active;
  double firstDeliveries;
  double meshDeliveries;
  double meshFailure;
  double invalidMessages;

  // [spec gossipsub-1.1/p1]
  double p1(TopicRule rule) {
    if (!inMesh) {
      return 0;
    }
    long wholeQuanta = inMeshNanos / rule.quantumNanos;
    return Math.min((double) wholeQuanta, rule.timeInMeshCap);
  }

  // [spec gossipsub-1.1/p3]
  double p3(TopicRule rule) {
    if (!inMesh || !active || meshDeliveries >= rule.meshThreshold) {
      return 0;
    }
    double deficit = rule.meshThreshold - meshDeliveries;
    return deficit * deficit;
  }

  // [spec gossipsub-1.1/p4]
  double p4() {
    return invalidMessages * invalidMessages;
  }

  double score(TopicRule rule) {
    return p1(rule) * rule.timeInMeshWeight
        + firstDeliveries * rule.firstWeight
        + p3(rule) * rule.meshWeight
        + meshFailure * rule.failureWeight
        + p4() * rule.invalidWeight;
  }

  void graft(long nowNanos) {
    inMesh = true;
    graftedNanos = nowNanos;
    inMeshNanos = 0;
    active = false;
  }

  // [spec gossipsub-1.1/p3b] sticky: a graft does not reset it
  void prune(TopicRule rule) {
    meshFailure += p3(rule);
    inMesh = false;
    active = false;
  }

  // [spec gossipsub-1.1/p2] capped when counted
  void countFirst(TopicRule rule) {
    firstDeliveries = Math.min(firstDeliveries + 1, rule.firstCap);
    countMesh(rule);
  }

  void countMesh(TopicRule rule) {
    if (inMesh) {
      meshDeliveries = Math.min(meshDeliveries + 1, rule.meshCap);
    }
  }

  void decay(TopicRule rule, double toZero, long nowNanos) {
    firstDeliveries = decayed(firstDeliveries, rule.firstDecay, toZero);
    meshDeliveries = decayed(meshDeliveries, rule.meshDecay, toZero);
    meshFailure = decayed(meshFailure, rule.failureDecay, toZero);
    invalidMessages = decayed(invalidMessages, rule.invalidDecay, toZero);
    if (inMesh) {
      inMeshNanos = nowNanos - graftedNanos;
      active = inMeshNanos > rule.activationNanos;
    }
  }

  // [spec gossipsub-1.1/decay]
  static double decayed(double counter, double factor, double toZero) {
    double next = counter * factor;
    return next < toZero ? 0 : next;
  }
}
