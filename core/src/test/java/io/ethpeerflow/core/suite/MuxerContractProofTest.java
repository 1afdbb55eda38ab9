package io.ethpeerflow.core.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.spi.Muxer;
import io.ethpeerflow.testkit.leak.LeaksAllowed;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link MuxerContract} notices each way in which a muxer can be broken. */
@LeaksAllowed("muxers that are broken on purpose leave buffers behind")
class MuxerContractProofTest {
  private static final Map<MuxerDefect, List<String>> NOTICED_BY = new EnumMap<>(MuxerDefect.class);

  private static MuxerDefect defect = MuxerDefect.NONE;

  static {
    noticed(
        MuxerDefect.DELIVERS_WITHOUT_DEMAND,
        "deliversNothingBeforeDemand",
        "deliversExactlyWhatIsDemanded");
    noticed(MuxerDefect.CALLS_READER_FROM_REQUEST, "neverCallsTheReaderFromWithinRequest");
    noticed(
        MuxerDefect.CREDITS_ON_RECEIPT,
        "aReaderThatAsksForNothingStopsTheWriter",
        "creditsOnlyWhatTheReaderTook");
    noticed(
        MuxerDefect.NEVER_CREDITS,
        "aStoppedWriterGoesOnWhenTheReaderAsksAgain",
        "smallDemandsCarryALargeTransferToItsEnd");
    noticed(
        MuxerDefect.OFFER_NEVER_REFUSES,
        "offerRefusesBeyondTheMaximumAndLeavesTheBufferToItsOwner",
        "theMaximumCanBeChanged");
    noticed(
        MuxerDefect.ON_WRITABLE_NEVER_RUNS,
        "onWritableRunsOnceWhenThereIsRoomAgain",
        "onWritableRunsWhenTheRemoteResets");
    noticed(MuxerDefect.ON_WRITABLE_RUNS_TWICE, "onWritableRunsOnceWhenThereIsRoomAgain");
    noticed(MuxerDefect.IGNORES_LINK_WRITABILITY, "stopsWritingWhenTheLinkIsNotWritable");
    noticed(MuxerDefect.SENDS_ONE_STREAM_AT_A_TIME, "aSmallMessageDoesNotWaitForLargeTransfers");
    noticed(MuxerDefect.PREFERS_THE_FIRST_STREAM, "givesEachStreamItsShare");
    noticed(MuxerDefect.FLUSHES_BY_TIMER, "sendsAtTheEndOfTheTurnAndNotByTimer");
    noticed(MuxerDefect.LOSES_END, "theEndNeedsNoDemand", "closedTellsThatAStreamFinished");
    noticed(MuxerDefect.END_OVERTAKES_DATA, "theEndWaitsForBytesThatWereNotDemanded");
    noticed(
        MuxerDefect.LOSES_RESET_CODE,
        "aResetReachesTheAcceptorWithItsCode",
        "aResetReachesTheOpenerWithItsCode");
    noticed(MuxerDefect.LOSES_RESET, "aResetReachesTheOpenerWithItsCode");
    noticed(MuxerDefect.RESET_KEEPS_QUEUED_BUFFERS, "aResetDropsAndReleasesWhatWasQueued");
    noticed(MuxerDefect.RESET_SENDS_QUEUED_DATA, "aResetDropsAndReleasesWhatWasQueued");
    noticed(
        MuxerDefect.STOP_READING_RESETS_AT_ONCE,
        "stopReadingDeliversNothingMoreAndLeavesTheWriteSideOpen");
    noticed(MuxerDefect.STOP_READING_CREDITS_FOR_EVER, "stopReadingStopsAWriterThatGoesOn");
    noticed(
        MuxerDefect.LOSES_STREAMS_BEFORE_ACCEPT,
        "holdsInboundStreamsBackUntilTheyAreAccepted",
        "aStreamMayEndBeforeTheRemoteSawIt");
    noticed(MuxerDefect.HOLDS_STREAMS_WITHOUT_BOUND, "boundsTheStreamsThatItHoldsBack");
    noticed(
        MuxerDefect.NEVER_CLOSES_STREAM_SCOPES,
        "releasesTheScopeWhenBothHalvesHaveEnded",
        "aResetGivesTheMemoryBack");
    noticed(
        MuxerDefect.CHARGES_NO_MEMORY,
        "whatWaitsToBeSentIsChargedToTheStream",
        "whatASlowReaderHasNotTakenIsChargedToTheStream");
    noticed(
        MuxerDefect.REFUSED_STREAM_ENDS_CONNECTION,
        "anInboundStreamBeyondTheLimitIsResetAndNothingElse");
    noticed(
        MuxerDefect.CLOSE_LEAVES_STREAMS_OPEN,
        "closingEndsEveryStreamOnBothSides",
        "aCutLinkEndsTheConnectionAsAFailure");
    noticed(MuxerDefect.CLOSE_IS_SILENT, "closingTellsBothSidesWhoAndWhy");
    noticed(MuxerDefect.TRUSTS_THE_REMOTE, "aViolationIsAFailureThatTheRemoteIsToldOf");
  }

  private static void noticed(MuxerDefect defect, String... cases) {
    NOTICED_BY.put(defect, List.of(cases));
  }

  /** The suite for a muxer with the defect of the moment; run only from here. */
  static class BrokenMuxerContract extends MuxerContract {
    @Override
    protected Muxer muxer() {
      return new ReferenceMuxer(defect);
    }

    @Override
    protected long windowBytes() {
      return ReferenceMuxer.WINDOW_BYTES;
    }

    @Override
    protected int turnBytes() {
      return ReferenceConnection.MAX_FRAME_BYTES;
    }
  }

  static Stream<MuxerDefect> defects() {
    return Arrays.stream(MuxerDefect.values()).filter(broken -> broken != MuxerDefect.NONE);
  }

  @ParameterizedTest
  @MethodSource("defects")
  void notices(MuxerDefect broken) {
    defect = broken;
    SuiteRun.assertFails(BrokenMuxerContract.class, NOTICED_BY.getOrDefault(broken, List.of()));
  }

  @Test
  void everyDefectIsNoticedBySomeCase() {
    assertThat(NOTICED_BY.keySet()).containsExactlyInAnyOrderElementsOf(defects().toList());
  }
}
