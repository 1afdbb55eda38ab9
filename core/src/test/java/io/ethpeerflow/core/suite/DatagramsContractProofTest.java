package io.ethpeerflow.core.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.testkit.leak.LeaksAllowed;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link DatagramsContract} notices each way in which datagrams can be broken. */
@LeaksAllowed("datagrams that are broken on purpose leave buffers behind")
class DatagramsContractProofTest {
  private static final Map<DatagramDefect, List<String>> NOTICED_BY =
      Map.ofEntries(
          Map.entry(
              DatagramDefect.LEAKS_WHAT_IS_TOO_LARGE,
              List.of("aPayloadThatIsTooLargeIsRefusedWithBothSizesAndReleased")),
          Map.entry(
              DatagramDefect.LEAKS_WHAT_IT_REFUSES,
              List.of(
                  "theQueueIsBoundedAndWhatItRefusesIsReleasedAndCounted",
                  "afterTheEndEverythingIsRefusedAndReleased")),
          Map.entry(
              DatagramDefect.QUEUES_WITHOUT_BOUND,
              List.of("theQueueIsBoundedAndWhatItRefusesIsReleasedAndCounted")),
          Map.entry(
              DatagramDefect.HOLDS_WITHOUT_BOUND,
              List.of("whatWaitsForAReaderIsBoundedAndTheRestCounted")),
          Map.entry(
              DatagramDefect.LOSES_WHAT_COMES_BEFORE_THE_READER,
              List.of("whatCameBeforeTheReaderIsDeliveredAtTheEndOfTheTurn")),
          Map.entry(
              DatagramDefect.DELIVERS_FROM_WITHIN_RECEIVE,
              List.of("whatCameBeforeTheReaderIsDeliveredAtTheEndOfTheTurn")),
          Map.entry(
              DatagramDefect.DELIVERS_ON_THE_SENDERS_LOOP, List.of("carriesDatagramsBothWays")),
          Map.entry(DatagramDefect.TAKES_A_SECOND_READER, List.of("aSecondReaderIsRefused")),
          Map.entry(
              DatagramDefect.LOSES_EMPTY_ONES,
              List.of("eachPayloadArrivesAsItIsFromNothingToTheLargest")),
          Map.entry(
              DatagramDefect.JOINS_WHAT_IS_QUEUED_TOGETHER, List.of("severalInOneTurnArriveApart")),
          Map.entry(
              DatagramDefect.SENDS_AFTER_THE_END,
              List.of("afterTheEndEverythingIsRefusedAndReleased")),
          Map.entry(
              DatagramDefect.COUNTS_NOTHING_THAT_IT_DROPS,
              List.of(
                  "onceTheConnectionHasEndedTheCountsAddUp",
                  "whatWaitsForAReaderIsBoundedAndTheRestCounted")));

  private static DatagramDefect defect = DatagramDefect.NONE;

  /** The suite for datagrams with the defect of the moment; run only from here. */
  static class BrokenDatagramsContract extends DatagramsContract {
    @Override
    protected MuxerWorld world(MuxerWorld.Setup setup) {
      return ReferenceDatagramsWorld.around(
          new MemoryMuxerWorld(() -> new ReferenceMuxer(MuxerDefect.NONE), setup), defect);
    }
  }

  static Stream<DatagramDefect> defects() {
    return Arrays.stream(DatagramDefect.values()).filter(one -> one != DatagramDefect.NONE);
  }

  @ParameterizedTest
  @MethodSource("defects")
  void notices(DatagramDefect broken) {
    defect = broken;
    SuiteRun.assertFails(BrokenDatagramsContract.class, NOTICED_BY.getOrDefault(broken, List.of()));
  }

  @Test
  void everyDefectIsNoticedBySomeCase() {
    assertThat(NOTICED_BY.keySet()).containsExactlyInAnyOrderElementsOf(defects().toList());
  }
}
