package io.ethpeerflow.gossipsub.rpc;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One RPC: what a peer says at once, each list in the order of the wire. Immutable.
 *
 * @param subscriptions topics that it becomes or ceases to be interested in
 * @param publish messages, its own or forwarded
 * @param control what concerns the mesh and gossip; {@link Control#NONE} when absent or empty
 * @param partial parts of a message (1.3), null when absent
 * @param testExtension whether the field of the test extension (1.3) is present
 */
public record Rpc(
    List<Subscription> subscriptions,
    List<Message> publish,
    Control control,
    @Nullable PartialMessage partial,
    boolean testExtension) {
  /** Says nothing. */
  public static final Rpc EMPTY = new Rpc(List.of(), List.of(), Control.NONE, null, false);

  /** Copies the lists. */
  public Rpc {
    subscriptions = List.copyOf(subscriptions);
    publish = List.copyOf(publish);
  }

  /** An RPC of messages. */
  public static Rpc publishing(Message... messages) {
    return new Rpc(List.of(), List.of(messages), Control.NONE, null, false);
  }

  /** An RPC of subscriptions. */
  public static Rpc subscribing(Subscription... subscriptions) {
    return new Rpc(List.of(subscriptions), List.of(), Control.NONE, null, false);
  }

  /** An RPC of control messages. */
  public static Rpc controlling(Control control) {
    return new Rpc(List.of(), List.of(), control, null, false);
  }

  /** Whether it says nothing. */
  public boolean isEmpty() {
    return subscriptions.isEmpty()
        && publish.isEmpty()
        && control.isEmpty()
        && partial == null
        && !testExtension;
  }

  /**
   * The control messages of an RPC.
   *
   * @param ihave messages that the peer has
   * @param iwant messages that it wants
   * @param graft topics in whose mesh it takes us
   * @param prune topics from whose mesh it removes us
   * @param idontwant messages that it does not want (1.2)
   * @param extensions what it supports (1.3), null when absent
   */
  public record Control(
      List<IHave> ihave,
      List<MessageIds> iwant,
      List<TopicId> graft,
      List<Prune> prune,
      List<MessageIds> idontwant,
      @Nullable Extensions extensions) {
    /** No control messages. */
    public static final Control NONE =
        new Control(List.of(), List.of(), List.of(), List.of(), List.of(), null);

    /** Copies the lists. */
    public Control {
      ihave = List.copyOf(ihave);
      iwant = List.copyOf(iwant);
      graft = List.copyOf(graft);
      prune = List.copyOf(prune);
      idontwant = List.copyOf(idontwant);
    }

    /** Whether there is none. */
    public boolean isEmpty() {
      return ihave.isEmpty()
          && iwant.isEmpty()
          && graft.isEmpty()
          && prune.isEmpty()
          && idontwant.isEmpty()
          && extensions == null;
    }
  }

  /** Collects an RPC and knows at any time how long it will be. Not thread-safe. */
  public static final class Builder {
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final List<Message> publish = new ArrayList<>();
    private final List<IHave> ihave = new ArrayList<>();
    private final List<MessageIds> iwant = new ArrayList<>();
    private final List<TopicId> graft = new ArrayList<>();
    private final List<Prune> prune = new ArrayList<>();
    private final List<MessageIds> idontwant = new ArrayList<>();
    private @Nullable Extensions extensions;
    private @Nullable PartialMessage partial;
    private boolean testExtension;
    private int controlBytes;
    private int otherBytes;

    /** Collects from nothing. */
    public Builder() {}

    /** Adds a subscription or the end of one. */
    public Builder subscription(Subscription subscription) {
      subscriptions.add(subscription);
      otherBytes += RpcEncoder.size(subscription);
      return this;
    }

    /** Adds a message. */
    public Builder publish(Message message) {
      publish.add(message);
      otherBytes += RpcEncoder.size(message);
      return this;
    }

    /** Adds an IHAVE. */
    public Builder ihave(IHave entry) {
      ihave.add(entry);
      controlBytes += RpcEncoder.size(entry);
      return this;
    }

    /** Adds an IWANT. */
    public Builder iwant(MessageIds ids) {
      iwant.add(ids);
      controlBytes += RpcEncoder.iwantSize(ids);
      return this;
    }

    /** Adds a GRAFT. */
    public Builder graft(TopicId topic) {
      graft.add(topic);
      controlBytes += RpcEncoder.graftSize(topic);
      return this;
    }

    /** Adds a PRUNE. */
    public Builder prune(Prune entry) {
      prune.add(entry);
      controlBytes += RpcEncoder.size(entry);
      return this;
    }

    /** Adds an IDONTWANT. */
    public Builder idontwant(MessageIds ids) {
      idontwant.add(ids);
      controlBytes += RpcEncoder.idontwantSize(ids);
      return this;
    }

    /** Sets the extensions. */
    public Builder extensions(Extensions supported) {
      controlBytes += RpcEncoder.size(supported);
      if (extensions != null) {
        controlBytes -= RpcEncoder.size(extensions);
      }
      extensions = supported;
      return this;
    }

    /** Sets the partial message. */
    public Builder partial(PartialMessage parts) {
      otherBytes += RpcEncoder.size(parts);
      if (partial != null) {
        otherBytes -= RpcEncoder.size(partial);
      }
      partial = parts;
      return this;
    }

    /** Adds the field of the test extension. */
    public Builder testExtension() {
      if (!testExtension) {
        otherBytes += RpcEncoder.TEST_EXTENSION_BYTES;
        testExtension = true;
      }
      return this;
    }

    /** Length of the protobuf form of what was collected, in bytes. */
    public int sizeBytes() {
      return RpcEncoder.size(otherBytes, controlBytes);
    }

    /** Its length if {@code moreControl} and {@code moreOther} bytes were added. */
    long sizeBytesWith(int moreControl, int moreOther) {
      return RpcEncoder.size((long) otherBytes + moreOther, (long) controlBytes + moreControl);
    }

    /** Whether nothing was collected. */
    public boolean isEmpty() {
      return otherBytes + controlBytes == 0;
    }

    /** What was collected; the builder goes on with it. */
    public Rpc build() {
      return new Rpc(
          subscriptions,
          publish,
          new Control(ihave, iwant, graft, prune, idontwant, extensions),
          partial,
          testExtension);
    }
  }
}
