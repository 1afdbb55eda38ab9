package io.ethpeerflow.core.limits;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.error.ConnectionClosedException;
import io.ethpeerflow.core.error.ResourceLimitException;

/**
 * What one connection holds of some shared scopes: streams one by one, memory in chunks.
 *
 * <p>Invariant: while open, the shared scopes were charged with exactly {@code heldBytes}, and
 * {@code usedBytes <= heldBytes}. Charging and returning memory within what is held touches nothing
 * shared; only when more is needed, or when two chunks lie idle (or anything, while a scope is
 * short of memory), are the scopes' counters changed.
 *
 * <p>Threads: {@code usedBytes} belongs to the connection's loop. Everything else changes under the
 * connection's lock, because the connection may be closed by any thread; the loop may then go on
 * using what it no longer holds until it next needs the lock, which is harmless: it only ever gives
 * back what {@code heldBytes} says.
 */
final class Holding {
  private final Object lock;
  private final int chunkBytes;
  private final SharedScope[] scopes;

  @OwnedBy("connection loop")
  private long usedBytes;

  private volatile long heldBytes;
  private int inboundStreams;
  private int outboundStreams;
  private boolean ended;

  Holding(Object lock, int chunkBytes, SharedScope... scopes) {
    this.lock = lock;
    this.chunkBytes = chunkBytes;
    this.scopes = scopes;
  }

  void addStream(Direction direction) {
    synchronized (lock) {
      requireOpen();
      for (int i = 0; i < scopes.length; i++) {
        try {
          scopes[i].addStream(direction);
        } catch (ResourceLimitException refused) {
          removeFromFirst(i, direction);
          throw refused;
        }
      }
      if (direction == Direction.INBOUND) {
        inboundStreams++;
      } else {
        outboundStreams++;
      }
    }
  }

  void removeStream(Direction direction) {
    synchronized (lock) {
      if (ended) {
        return;
      }
      removeFromFirst(scopes.length, direction);
      if (direction == Direction.INBOUND) {
        inboundStreams--;
      } else {
        outboundStreams--;
      }
      if (inboundStreams + outboundStreams == 0) {
        shrinkTo(usedBytes);
      }
    }
  }

  private void removeFromFirst(int count, Direction direction) {
    for (int i = 0; i < count; i++) {
      boolean inbound = direction == Direction.INBOUND;
      scopes[i].removeStreams(inbound ? 1 : 0, inbound ? 0 : 1);
    }
  }

  /** Charges memory. On the loop. */
  void use(long bytes) {
    if (bytes > heldBytes - usedBytes) {
      grow(bytes);
    }
    usedBytes += bytes;
  }

  /** Returns memory that {@link #use} charged. On the loop. */
  void giveBack(long bytes) {
    usedBytes -= bytes;
    long spareBytes = heldBytes - usedBytes;
    if (spareBytes > 2L * chunkBytes) {
      shrinkTo(usedBytes + chunkBytes);
    } else if (spareBytes > 0 && isMemoryScarce()) {
      shrinkTo(usedBytes);
    }
  }

  /** Undoes a {@link #use} that was refused elsewhere, as if it had not been tried. On the loop. */
  void undo(long bytes, long heldBytesBefore) {
    usedBytes -= bytes;
    shrinkTo(heldBytesBefore);
  }

  private boolean isMemoryScarce() {
    for (SharedScope scope : scopes) {
      if (scope.isMemoryScarce()) {
        return true;
      }
    }
    return false;
  }

  private void grow(long bytes) {
    synchronized (lock) {
      requireOpen();
      long missingBytes = bytes - (heldBytes - usedBytes);
      long roundedBytes = missingBytes + (chunkBytes - 1 - (missingBytes - 1) % chunkBytes);
      if (roundedBytes > missingBytes && tryHold(roundedBytes)) {
        return;
      }
      hold(missingBytes);
    }
  }

  private boolean tryHold(long bytes) {
    for (int i = 0; i < scopes.length; i++) {
      if (!scopes[i].tryAddMemory(bytes)) {
        dropFromFirst(i, bytes);
        return false;
      }
    }
    long beforeBytes = heldBytes;
    heldBytes = beforeBytes + bytes;
    return true;
  }

  private void hold(long bytes) {
    for (int i = 0; i < scopes.length; i++) {
      try {
        scopes[i].addMemory(bytes);
      } catch (ResourceLimitException refused) {
        dropFromFirst(i, bytes);
        throw refused;
      }
    }
    long beforeBytes = heldBytes;
    heldBytes = beforeBytes + bytes;
  }

  private void dropFromFirst(int count, long bytes) {
    for (int i = 0; i < count; i++) {
      scopes[i].removeMemory(bytes);
    }
  }

  private void shrinkTo(long bytes) {
    synchronized (lock) {
      long surplusBytes = heldBytes - bytes;
      if (ended || surplusBytes <= 0) {
        return;
      }
      heldBytes = bytes;
      dropFromFirst(scopes.length, surplusBytes);
    }
  }

  /** Moves what is held from one scope to another. */
  void replace(int index, SharedScope other) {
    synchronized (lock) {
      requireOpen();
      if (inboundStreams + outboundStreams > 0) {
        throw new IllegalStateException("streams do not move between scopes");
      }
      other.addMemory(heldBytes);
      scopes[index].removeMemory(heldBytes);
      scopes[index] = other;
    }
  }

  /** Gives everything back. Any thread, idempotent. */
  void end() {
    synchronized (lock) {
      if (ended) {
        return;
      }
      ended = true;
      for (SharedScope scope : scopes) {
        scope.removeStreams(inboundStreams, outboundStreams);
        scope.removeMemory(heldBytes);
      }
      heldBytes = 0;
      inboundStreams = 0;
      outboundStreams = 0;
    }
  }

  private void requireOpen() {
    if (ended) {
      throw new ConnectionClosedException("the connection's reservations were already returned");
    }
  }

  long usedBytes() {
    return usedBytes;
  }

  long heldBytes() {
    return heldBytes;
  }

  int inboundStreams() {
    synchronized (lock) {
      return inboundStreams;
    }
  }

  int outboundStreams() {
    synchronized (lock) {
      return outboundStreams;
    }
  }
}
