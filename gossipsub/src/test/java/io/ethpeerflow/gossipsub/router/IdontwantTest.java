package io.ethpeerflow.gossipsub.router;

import static io.ethpeerflow.gossipsub.router.RouterFixture.T;
import static io.ethpeerflow.gossipsub.router.RouterFixture.id;
import static io.ethpeerflow.gossipsub.router.RouterFixture.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.gossipsub.rpc.Message;
import org.junit.jupiter.api.Test;

/** Copies that nobody needs: IDONTWANT, sent and received. */
class IdontwantTest {
  private static final int LONG = GossipParams.DEFAULT.idontwantBytes();

  private final RouterFixture fixture = new RouterFixture(RouterConfig.DEFAULT);

  private static Message longMessage(int number) {
    return message(T, number, LONG);
  }

  @Test
  @Spec("gossipsub-1.2/idontwant-sent")
  void theMeshHearsBeforeValidationThatALongMessageIsThere() {
    fixture.verdict = null;
    fixture.join(T);
    Remote bringer = fixture.subscriber();
    Remote other = fixture.subscriber();
    Remote newest = fixture.peer(PubsubVersion.GOSSIPSUB_1_3).subscribes(T);
    Remote old = fixture.peer(PubsubVersion.GOSSIPSUB_1_1).subscribes(T);
    Remote outside = fixture.subscriber().prunes(T, 60);
    bringer.sends(longMessage(1));
    assertThat(fixture.router.validating()).isEqualTo(1);
    assertThat(other.idontwants).containsExactly(id(1));
    assertThat(newest.idontwants).containsExactly(id(1));
    assertThat(bringer.idontwants).isEmpty();
    assertThat(old.idontwants).isEmpty();
    assertThat(outside.idontwants).isEmpty();
    other.sends(longMessage(1));
    assertThat(newest.idontwants).as("once").containsExactly(id(1));
  }

  @Test
  @Spec("gossipsub-1.2/idontwant-sent")
  void aShortMessageIsNotWorthIt() {
    fixture.join(T);
    Remote other = fixture.subscriber();
    fixture.subscriber().sends(message(T, 1, LONG - 1));
    assertThat(other.forwarded).containsExactly(id(1));
    assertThat(other.idontwants).isEmpty();
  }

  @Test
  void theMeshNeedNotSendOurOwnMessagesBack() {
    fixture.join(T);
    Remote peer = fixture.subscriber();
    fixture.publish(longMessage(1));
    assertThat(peer.published).containsExactly(id(1));
    assertThat(peer.idontwants).containsExactly(id(1));
  }

  @Test
  @Spec("gossipsub-1.2/idontwant-received")
  void whoeverDoesNotWantAMessageDoesNotGetIt() {
    fixture.join(T);
    Remote peer = fixture.subscriber();
    Remote other = fixture.subscriber();
    peer.doesNotWant(id(1));
    assertThat(peer.cancelled).containsExactly(id(1));
    fixture.subscriber().sends(message(1));
    assertThat(peer.forwarded).isEmpty();
    assertThat(other.forwarded).containsExactly(id(1));
    peer.wants(id(1));
    assertThat(peer.answered).isEmpty();
  }

  @Test
  @Spec("gossipsub-1.2/idontwant-received")
  void whatComesDuringValidationCountsToo() {
    fixture.verdict = null;
    fixture.join(T);
    Remote peer = fixture.subscriber();
    fixture.subscriber().sends(message(1));
    peer.doesNotWant(id(1));
    fixture.validated(1, Verdict.ACCEPT);
    assertThat(fixture.delivered).containsExactly(id(1));
    assertThat(peer.forwarded).isEmpty();
  }

  @Test
  void itIsForgottenAfterThreeHeartbeats() {
    fixture.join(T);
    Remote peer = fixture.subscriber();
    Remote bringer = fixture.subscriber();
    peer.doesNotWant(id(1), id(2));
    fixture.heartbeats(2);
    bringer.sends(message(1));
    assertThat(peer.forwarded).isEmpty();
    fixture.heartbeat();
    bringer.sends(message(2));
    assertThat(peer.forwarded).containsExactly(id(2));
  }

  @Test
  void whoeverRepeatsOneIdDoesNotMakeUsRememberTheOthers() {
    fixture.join(T);
    Remote peer = fixture.subscriber();
    peer.doesNotWant(id(1), id(2));
    for (int i = 0; i < 3; i++) {
      fixture.heartbeat();
      peer.doesNotWant(id(1));
    }
    Remote bringer = fixture.subscriber();
    bringer.sends(message(1)).sends(message(2));
    assertThat(peer.forwarded).containsExactly(id(2));
  }

  @Test
  @Spec("gossipsub-1.2/idontwant-bound")
  void aThousandIdsBetweenHeartbeatsAreRemembered() {
    fixture.join(T);
    Remote peer = fixture.subscriber();
    for (int i = 1; i <= 1001; i++) {
      peer.doesNotWant(id(i));
    }
    Remote bringer = fixture.subscriber();
    bringer.sends(message(1000)).sends(message(1001));
    assertThat(peer.forwarded).containsExactly(id(1001));
    fixture.heartbeat();
    peer.doesNotWant(id(1002));
    bringer.sends(message(1002));
    assertThat(peer.forwarded).containsExactly(id(1001));
  }
}
