package io.ethpeerflow.core.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.sim.LinkOptions;
import io.ethpeerflow.core.sim.MemoryLink;
import io.ethpeerflow.core.sim.MemoryLinkPair;
import io.ethpeerflow.core.sim.SimLoop;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.core.spi.SecurityProtocol;
import io.ethpeerflow.core.spi.SecurityRequest;
import io.ethpeerflow.testkit.time.VirtualClock;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Two ends of one link in memory that run a handshake: {@code left} initiates. */
final class SecurityRig {
  private static final Duration SETTLE = Duration.ofMillis(20);
  private static final Duration LONG = Duration.ofMinutes(2);

  /** One end. */
  final class End {
    final SimLoop loop;
    final MemoryLink link;
    private final SecurityProtocol security;
    private SecurityRequest request;
    private @Nullable CompletableFuture<SecureLink> result;
    private @Nullable LinkProbe probe;
    private boolean completedInLoop;

    private End(SecurityProtocol security, SimLoop loop, MemoryLink link, SecurityRequest request) {
      this.security = security;
      this.loop = loop;
      this.link = link;
      this.request = request;
    }

    End identity(PrivateKey key) {
      return with(r -> request(r.role(), key, r.expectedPeer(), r.muxers(), r));
    }

    End expecting(@Nullable PeerId peer) {
      return with(r -> request(r.role(), r.identity(), peer, r.muxers(), r));
    }

    End muxers(List<ProtocolId> muxers) {
      return with(r -> request(r.role(), r.identity(), r.expectedPeer(), muxers, r));
    }

    End role(Role role) {
      return with(r -> request(role, r.identity(), r.expectedPeer(), r.muxers(), r));
    }

    private End with(UnaryOperator<SecurityRequest> change) {
      request = change.apply(request);
      return this;
    }

    private static SecurityRequest request(
        Role role,
        PrivateKey identity,
        @Nullable PeerId peer,
        List<ProtocolId> muxers,
        SecurityRequest from) {
      return new SecurityRequest(role, identity, peer, muxers, from.random());
    }

    /** Starts the handshake; when it fails, closes the link, as callers do. */
    CompletableFuture<SecureLink> start() {
      CompletableFuture<SecureLink> handshake = startOnly();
      handshake.whenComplete(
          (secured, failure) -> {
            if (failure != null) {
              loop.execute(link::close);
            }
          });
      return handshake;
    }

    /** Starts the handshake, and leaves the link alone when it fails. */
    CompletableFuture<SecureLink> startOnly() {
      List<CompletableFuture<SecureLink>> started = new ArrayList<>(1);
      loop.run(() -> started.add(security.secure(link, request)));
      CompletableFuture<SecureLink> handshake = started.get(0);
      result = handshake;
      handshake.whenComplete((secured, failure) -> completedInLoop = loop.inLoop());
      return handshake;
    }

    CompletableFuture<SecureLink> result() {
      CompletableFuture<SecureLink> started = result;
      if (started == null) {
        throw new IllegalStateException("not started");
      }
      return started;
    }

    boolean succeeded() {
      return result().isDone() && !result().isCompletedExceptionally();
    }

    boolean failed() {
      return result().isCompletedExceptionally();
    }

    boolean completedInLoop() {
      return completedInLoop;
    }

    SecureLink secure() {
      assertThat(result()).isCompleted();
      return result().join();
    }

    PeerId peer() {
      return PeerId.of(request.identity().publicKey());
    }

    /** The probe that receives from the secure link; installed when first asked for. */
    LinkProbe probe() {
      LinkProbe installed = probe;
      if (installed == null) {
        SecureLink secured = secure();
        LinkProbe made = new LinkProbe(secured, violations);
        loop.run(() -> secured.receiver(made));
        probe = made;
        return made;
      }
      return installed;
    }

    /** Writes so much of a pattern in one buffer, and flushes. */
    void send(Pattern pattern, long from, int length) {
      loop.run(
          () -> {
            secure().write(pattern.buffer(allocator, from, length));
            secure().flush();
          });
    }

    void run(Runnable action) {
      loop.run(action);
    }
  }

  final VirtualClock clock = new VirtualClock();
  final List<String> violations = new ArrayList<>();
  final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
  final MemoryLinkPair links;
  final End left;
  final End right;

  SecurityRig(SecurityProtocol leftSecurity, SecurityProtocol rightSecurity, LinkOptions options) {
    var leftLoop = new SimLoop(clock, "left");
    var rightLoop = new SimLoop(clock, "right");
    links = new MemoryLinkPair(leftLoop, rightLoop, options, allocator);
    left = new End(leftSecurity, leftLoop, links.left(), first(Role.INITIATOR, 1, options.seed()));
    right =
        new End(rightSecurity, rightLoop, links.right(), first(Role.RESPONDER, 2, ~options.seed()));
  }

  private static SecurityRequest first(Role role, int identity, long seed) {
    return new SecurityRequest(
        role, TestIdentities.key(identity), null, List.of(), new SeededSecureRandom(seed));
  }

  /** Lets everything happen that is due, and a moment more. */
  void settle() {
    clock.advance(SETTLE);
  }

  /** Runs the handshake at both ends until nothing more happens. */
  SecurityRig handshake() {
    right.start();
    left.start();
    settle();
    return this;
  }

  /** Runs the handshake, which must succeed, and installs probes. */
  SecurityRig secured() {
    handshake();
    left.probe();
    right.probe();
    settle();
    return this;
  }

  /** Memory of buffers that were not released. */
  long outstandingBytes() {
    return allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
  }

  /** Ends both links and checks that nothing is left and nothing went wrong. */
  void finish() {
    for (End end : List.of(left, right)) {
      if (end.result != null && end.succeeded()) {
        end.probe();
        end.run(() -> end.secure().abort());
      } else {
        if (end.result != null) {
          end.run(() -> end.result().cancel(false));
        }
        end.run(end.link::abort);
      }
    }
    clock.advance(LONG);
    links.close();
    assertThat(violations).isEmpty();
    assertThat(outstandingBytes()).as("bytes of buffers not released").isZero();
  }
}
