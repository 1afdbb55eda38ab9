package io.ethpeerflow.core.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.sim.InsecureTestSecurity;
import io.ethpeerflow.core.sim.SecurityDefect;
import io.ethpeerflow.core.spi.SecurityProtocol;
import io.ethpeerflow.testkit.leak.LeaksAllowed;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link SecurityContract} notices each way in which a security protocol can be broken. */
@LeaksAllowed("protocols that are broken on purpose leave buffers behind")
class SecurityContractProofTest {
  private static final Map<SecurityDefect, List<String>> NOTICED_BY =
      new EnumMap<>(SecurityDefect.class);

  private static SecurityDefect defect = SecurityDefect.NONE;

  static {
    noticed(
        SecurityDefect.SKIPS_IDENTITY_CHECK,
        "theInitiatorRefusesAnotherPeerThanExpected",
        "theResponderRefusesAnotherPeerThanExpected");
    noticed(
        SecurityDefect.RESPONDER_SKIPS_IDENTITY_CHECK,
        "theResponderRefusesAnotherPeerThanExpected");
    noticed(SecurityDefect.SKIPS_PROOF, "aHandshakeWithChangedBytesSucceedsForNobody");
    noticed(
        SecurityDefect.PICKS_A_MUXER_THAT_WAS_NOT_OFFERED,
        "agreesOnNoMuxerWhenOneSideOffersNone",
        "neverAgreesOnAMuxerThatOneSideDidNotOffer");
    noticed(
        SecurityDefect.SIDES_PICK_DIFFERENT_MUXERS, "bothSidesAgreeOnTheSameMuxerWhateverTheOrder");
    noticed(
        SecurityDefect.LOSES_BYTES_BEHIND_THE_HANDSHAKE,
        "bytesBehindTheHandshakeAreForTheFirstReceiver");
    noticed(
        SecurityDefect.HANGS_WHEN_THE_LINK_ENDS,
        "failsWhenTheLinkIsCutAnywhereInTheHandshake",
        "failsWhenTheRemoteClosesInOrder");
    noticed(
        SecurityDefect.FAILS_WITH_ANOTHER_EXCEPTION,
        "theInitiatorRefusesAnotherPeerThanExpected",
        "garbageFailsAndIsNotKept");
    noticed(SecurityDefect.LEAKS_ON_FAILURE, "garbageFailsAndIsNotKept");
    noticed(SecurityDefect.IGNORES_CANCELLATION, "aCancelledHandshakeDoesNothingMore");
    noticed(SecurityDefect.BUFFERS_WITHOUT_BOUND, "aFloodOfEndlessMessagesEndsTheHandshake");
    noticed(SecurityDefect.SENDS_PLAINTEXT, "hidesWhatItCarries");
    noticed(SecurityDefect.DELIVERS_CHANGED_RECORDS, "aChangedRecordIsNotDeliveredAndEndsTheLink");
    noticed(SecurityDefect.IGNORES_TRUNCATION, "aRecordThatWasCutOffIsAFailure");
    noticed(SecurityDefect.LOSES_THE_CAUSE, "aCutLinkSaysWhatFailed");
    noticed(SecurityDefect.MOVES_THE_HEAD, "writingAFrameMovesOnlyTheBodysIndex");
    noticed(SecurityDefect.IGNORES_BODY_BYTES, "writingAFrameMovesOnlyTheBodysIndex");
    noticed(SecurityDefect.LOSES_READ_COMPLETE, "saysThatAReadIsComplete");
    noticed(SecurityDefect.ALWAYS_WRITABLE, "isNotWritableWhileTheLinkIsNot");
    noticed(SecurityDefect.KEEPS_WRITTEN_BUFFERS, "takesBuffersOfEveryKindAndReleasesThem");
  }

  private static void noticed(SecurityDefect defect, String... cases) {
    NOTICED_BY.put(defect, List.of(cases));
  }

  /** The suite for a protocol with the defect of the moment; run only from here. */
  static class BrokenSecurityContract extends SecurityContract {
    @Override
    protected SecurityProtocol security() {
      return new InsecureTestSecurity(defect);
    }
  }

  static Stream<SecurityDefect> defects() {
    return Arrays.stream(SecurityDefect.values()).filter(broken -> broken != SecurityDefect.NONE);
  }

  @ParameterizedTest
  @MethodSource("defects")
  void notices(SecurityDefect broken) {
    defect = broken;
    SuiteRun.assertFails(BrokenSecurityContract.class, NOTICED_BY.getOrDefault(broken, List.of()));
  }

  @Test
  void everyDefectIsNoticedBySomeCase() {
    assertThat(NOTICED_BY.keySet()).containsExactlyInAnyOrderElementsOf(defects().toList());
  }
}
