package io.ethpeerflow.core.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.sim.TransportDefect;
import io.ethpeerflow.testkit.leak.LeaksAllowed;
import io.ethpeerflow.testkit.net.StreamOptions;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link TransportContract} notices each way in which a transport can be broken. */
@LeaksAllowed("transports that are broken on purpose leave buffers behind")
class TransportContractProofTest {
  private static final Map<TransportDefect, List<String>> NOTICED_BY =
      new EnumMap<>(TransportDefect.class);

  private static TransportDefect defect = TransportDefect.NONE;

  static {
    noticed(
        TransportDefect.LEAKS_ON_CANCEL,
        "aDialThatIsCancelledWhileItUpgradesLeavesNothing",
        "aDialThatIsCancelledAtOnceLeavesNothing",
        "aDialThatIsCancelledAtAnyStageLeavesNothing",
        "theLosingOneOfTwoDialsLeavesNothing");
    noticed(
        TransportDefect.FORGETS_CANCEL_WHILE_CONNECTING, "aDialThatIsCancelledAtOnceLeavesNothing");
    noticed(TransportDefect.IGNORES_TIMEOUT, "aDialToSomeoneWhoIsSilentFailsAtItsDeadline");
    noticed(TransportDefect.FAILS_TOO_EARLY, "aDialDoesNotFailBeforeItsDeadline");
    noticed(TransportDefect.ALWAYS_INITIATES, "theRoleOfTheRequestIsPlayed");
    noticed(TransportDefect.LEAKS_SCOPE_ON_FAILURE, "aRefusedDialFailsAndLeavesNothing");
    noticed(
        TransportDefect.ACCEPTS_WITHOUT_SCOPE,
        "aSocketBeyondTheLimitIsRefused",
        "aConnectionIsChargedUntilItHasEnded",
        "aStrangerWhoIsSilentIsDroppedAtTheDeadlineOfUpgrades");
    noticed(
        TransportDefect.DIALS_WITHOUT_SCOPE,
        "aDialBeyondTheLimitIsRefused",
        "aDialIsChargedFromItsBeginning",
        "aConnectionIsChargedUntilItHasEnded");
    noticed(
        TransportDefect.IGNORES_GATER,
        "theGaterRefusesAnAcceptedSocket",
        "theGaterIsToldTheRemotesAddress");
    noticed(TransportDefect.IGNORES_EXPECTED_PEER, "anotherPeerThanExpectedIsRefused");
    noticed(
        TransportDefect.REPORTS_PORT_ZERO,
        "aListenerTellsThePortItWasGiven",
        "aDialGivesBothSidesAConnection");
    noticed(
        TransportDefect.SWAPS_ADDRESSES,
        "theAddressesOfBothSidesMatch",
        "aWildcardStaysOneAndConnectionsHaveRealAddresses",
        "mayListenOnSeveralAddresses");
    noticed(TransportDefect.SAYS_ALWAYS_OUTBOUND, "eachSideKnowsWhoOpenedTheConnection");
    noticed(TransportDefect.LISTENER_TAKES_CONNECTIONS_ALONG, "aClosedListenersConnectionsStay");
    noticed(
        TransportDefect.LISTENER_STAYS_OPEN,
        "aClosedListenerTakesNoDials",
        "aListenerMayBeClosedTwiceAndItsAddressUsedAgain");
    noticed(TransportDefect.TRANSPORT_LEAVES_LISTENERS, "closingTheTransportClosesItsListeners");
    noticed(TransportDefect.DIALS_ANYTHING, "saysWhatItCanDial");
    noticed(
        TransportDefect.CORRUPTS_BYTES,
        "carriesBytesFromTheDialer",
        "carriesBytesFromTheListener",
        "carriesBytesBothWaysAtOnce",
        "carriesManyStreams",
        "connectionsDoNotMixWhatTheyCarry");
    noticed(
        TransportDefect.DROPS_WHAT_IS_NOT_SENT_ON_CLOSE,
        "closesCarryTheirCodeToTheListener",
        "closesCarryTheirCodeToTheDialer");
    noticed(TransportDefect.KEEPS_QUIET_ABOUT_THE_END, "aRemoteThatDiesEndsTheConnection");
  }

  private static void noticed(TransportDefect defect, String... cases) {
    NOTICED_BY.put(defect, List.of(cases));
  }

  /** The suite for a transport with the defect of the moment; run only from here. */
  static class BrokenTransportContract extends TransportContract {
    @Override
    protected TransportWorld world() {
      return new SimWorld(StreamOptions.DEFAULT, defect);
    }
  }

  static Stream<TransportDefect> defects() {
    return Arrays.stream(TransportDefect.values()).filter(broken -> broken != TransportDefect.NONE);
  }

  @ParameterizedTest
  @MethodSource("defects")
  void notices(TransportDefect broken) {
    defect = broken;
    SuiteRun.assertFails(BrokenTransportContract.class, NOTICED_BY.getOrDefault(broken, List.of()));
  }

  @Test
  void everyDefectIsNoticedBySomeCase() {
    assertThat(NOTICED_BY.keySet()).containsExactlyInAnyOrderElementsOf(defects().toList());
  }
}
