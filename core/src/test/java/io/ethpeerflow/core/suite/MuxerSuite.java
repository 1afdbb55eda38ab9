package io.ethpeerflow.core.suite;

import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.limits.LimitsConfig;
import io.ethpeerflow.core.sim.LinkOptions;
import io.ethpeerflow.core.suite.MuxerWorld.Ability;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.opentest4j.TestAbortedException;

/** What the cases of {@link MuxerContract} share: the world, and what its muxer can do. */
@Timeout(300)
abstract class MuxerSuite {
  static final int KIB = 1024;
  static final StreamErrorCode CODE = new StreamErrorCode(0x2a);
  static final StreamErrorCode NO_CODE = StreamErrorCode.NO_ERROR;
  static final Pattern PATTERN = new Pattern(1);
  static final Pattern OTHER = new Pattern(2);

  private final List<MuxerRig> rigs = new ArrayList<>();

  /** Where a case takes place; made anew each time. */
  protected abstract MuxerWorld world(MuxerWorld.Setup setup);

  /** Whether resets carry codes; otherwise {@code NO_ERROR} arrives. */
  protected boolean carriesStreamCodes() {
    return true;
  }

  /** The largest code that a reset carries as it is. */
  protected StreamErrorCode largestCode() {
    return new StreamErrorCode(0xffff_ffffL);
  }

  /** Whether {@code stopReading} carries its code to the writer; otherwise {@code NO_ERROR}. */
  protected boolean carriesStopCodes() {
    return true;
  }

  /** Whether closing a connection carries a code; otherwise {@code NO_ERROR} arrives. */
  protected boolean carriesConnectionCodes() {
    return true;
  }

  /**
   * Whether {@code stopReading} and {@code resetWrite} reach the remote as such, and leave the
   * other half alone.
   */
  protected boolean endsHalvesSeparately() {
    return false;
  }

  /** The most bytes that a remote may send to a reader that has asked for nothing yet. */
  protected long windowBytes() {
    return 256 * KIB;
  }

  /** Streams that one end may have open at a time towards a remote that accepts them. */
  protected int concurrentStreams() {
    return 500;
  }

  /** The most inbound streams that are held back before {@code accept}. */
  protected int maxHeldStreams() {
    return 256;
  }

  /** The most bytes that a remote can go on sending after {@code stopReading}. */
  protected long discardBoundBytes() {
    return 4L << 20;
  }

  /** The most bytes of one stream that are sent before another one's turn. */
  protected int turnBytes() {
    return 64 * KIB;
  }

  /** Two ends, both accepting streams, over a link that cuts nowhere. */
  MuxerRig rig() {
    return rig(LinkOptions.DEFAULT);
  }

  /** Two ends, both accepting streams. */
  MuxerRig rig(LinkOptions options) {
    MuxerRig rig = rig(options, MuxerRig.ROOMY);
    rig.left.accept();
    rig.right.accept();
    return rig;
  }

  /** Two ends that accept nothing yet, with limits for the right one. */
  MuxerRig rig(LinkOptions options, LimitsConfig rightLimits) {
    MuxerRig rig = add(new MuxerRig(this::world, options, rightLimits));
    rig.left.attach();
    rig.right.attach();
    return rig;
  }

  /** Two ends, the right one without its muxer yet. */
  MuxerRig rigWithLateRight(LinkOptions options) {
    var rig = new MuxerRig(this::world, options, MuxerRig.ROOMY);
    try {
      rig.needs(Ability.LATE_ATTACH);
    } catch (TestAbortedException cannot) {
      rig.world.close();
      throw cannot;
    }
    rig.left.attach();
    return add(rig);
  }

  private MuxerRig add(MuxerRig rig) {
    rigs.add(rig);
    return rig;
  }

  /** The code that a remote sees. */
  StreamErrorCode carried(StreamErrorCode code) {
    return carriesStreamCodes() ? code : NO_CODE;
  }

  @AfterEach
  void endsWithNothingLeftOver() {
    rigs.forEach(MuxerRig::finish);
  }
}
