package io.ethpeerflow.core.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.suite.MuxerWorld.Ability;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of a case whose world cannot do what it needs. */
class MuxerWorldTest {
  private static final Map<Ability, List<String>> NEEDED_BY =
      new EnumMap<>(
          Map.of(
              Ability.STILL_CLOCK, List.of("sendsAtTheEndOfTheTurnAndNotByTimer"),
              Ability.REPEATABLE, List.of("doesTheSameTwiceForTheSameSeed"),
              Ability.LATE_ATTACH, List.of("bytesThatArriveBeforeTheMuxerIsAttachedAreNotLost"),
              Ability.BOUNDED_LINK,
                  List.of(
                      "stopsWritingWhenTheLinkIsNotWritable",
                      "aSmallMessageDoesNotWaitForLargeTransfers"),
              Ability.ORDERLY_END, List.of("aLinkThatEndsInOrderEndsTheConnection"),
              Ability.GARBAGE, List.of("garbageEndsTheConnectionWithoutHarm"),
              Ability.VIOLATION, List.of("aViolationIsAFailureThatTheRemoteIsToldOf")));

  private static Set<Ability> missing = EnumSet.noneOf(Ability.class);

  /** The suite in a world that lacks something; run only from here. */
  static class LackingMuxerContract extends ReferenceMuxerContractTest {
    @Override
    protected MuxerWorld world(MuxerWorld.Setup setup) {
      MuxerWorld complete = super.world(setup);
      return (MuxerWorld)
          Proxy.newProxyInstance(
              MuxerWorld.class.getClassLoader(),
              new Class<?>[] {MuxerWorld.class},
              (proxy, method, args) -> {
                if (method.getName().equals("missing")) {
                  return missing;
                }
                try {
                  return method.invoke(complete, args);
                } catch (InvocationTargetException thrown) {
                  throw thrown.getCause();
                }
              });
    }
  }

  @ParameterizedTest
  @EnumSource(Ability.class)
  void aCaseThatNeedsWhatIsMissingIsAbortedWithTheReason(Ability ability) {
    missing = EnumSet.of(ability);
    List<String> cases = NEEDED_BY.getOrDefault(ability, List.of());
    assertThat(cases).isNotEmpty();
    for (String name : cases) {
      assertThat(SuiteRun.reasonOfAbortion(LackingMuxerContract.class, name))
          .as(name)
          .endsWith("cannot " + ability.what());
    }
  }

  @Test
  void noOtherCaseIsAborted() {
    missing = EnumSet.allOf(Ability.class);
    assertThat(SuiteRun.aborted(LackingMuxerContract.class))
        .containsExactlyInAnyOrderElementsOf(
            NEEDED_BY.values().stream().flatMap(List::stream).toList());
  }
}
