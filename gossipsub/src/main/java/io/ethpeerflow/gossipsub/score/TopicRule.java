package io.ethpeerflow.gossipsub.score;

import io.ethpeerflow.gossipsub.rpc.TopicId;

/** The parameters of a topic, in the units of the arithmetic, and the place of its counters. */
final class TopicRule {
  final TopicId topic;
  final int index;
  double topicWeight;
  double timeInMeshWeight;
  long quantumNanos;
  double timeInMeshCap;
  double firstWeight;
  double firstDecay;
  double firstCap;
  double meshWeight;
  double meshDecay;
  double meshCap;
  double meshThreshold;
  long windowNanos;
  long activationNanos;
  double failureWeight;
  double failureDecay;
  double invalidWeight;
  double invalidDecay;

  TopicRule(TopicId topic, int index, TopicScoreParams params) {
    this.topic = topic;
    this.index = index;
    set(params);
  }

  void set(TopicScoreParams params) {
    topicWeight = params.topicWeight();
    timeInMeshWeight = params.timeInMesh().weight();
    quantumNanos = params.timeInMesh().quantum().toNanos();
    timeInMeshCap = params.timeInMesh().cap();
    firstWeight = params.firstDeliveries().weight();
    firstDecay = params.firstDeliveries().decay();
    firstCap = params.firstDeliveries().cap();
    meshWeight = params.meshDeliveries().weight();
    meshDecay = params.meshDeliveries().decay();
    meshCap = params.meshDeliveries().cap();
    meshThreshold = params.meshDeliveries().threshold();
    windowNanos = params.meshDeliveries().window().toNanos();
    activationNanos = params.meshDeliveries().activation().toNanos();
    failureWeight = params.meshFailure().weight();
    failureDecay = params.meshFailure().decay();
    invalidWeight = params.invalidMessages().weight();
    invalidDecay = params.invalidMessages().decay();
  }
}
