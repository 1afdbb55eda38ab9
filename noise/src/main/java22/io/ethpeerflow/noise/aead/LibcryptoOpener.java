package io.ethpeerflow.noise.aead;

import io.netty.buffer.ByteBuf;
import java.lang.ref.Reference;

/** Opens with libcrypto, where the bytes are, also in pieces. */
final class LibcryptoOpener implements Opener {
  private final EvpContext context;

  LibcryptoOpener(byte[] key) {
    context = new EvpContext(this, key, false);
  }

  @Override
  public boolean needsArray() {
    return false;
  }

  @Override
  public boolean open(long nonce, ByteBuf data, int index, int bytes) {
    int plainBytes = bytes - Ciphers.TAG_BYTES;
    start(nonce);
    update(data, index, plainBytes);
    return finish(data, index + plainBytes);
  }

  @Override
  public void start(long nonce) {
    try {
      long handle = context.handle();
      int ok = (int) Evp.DECRYPT_INIT.invokeExact(handle, 0L, 0L, 0L, context.nonce(nonce));
      EvpContext.check(ok, "start a message");
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw Evp.failed(e);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public void update(ByteBuf data, int index, int bytes) {
    try {
      context.update(data, index, bytes, data, index);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public boolean finish(ByteBuf tag, int index) {
    try {
      long handle = context.handle();
      context.tagFrom(tag, index);
      int ok =
          (int)
              Evp.CTX_CTRL.invokeExact(handle, Evp.CTRL_SET_TAG, Ciphers.TAG_BYTES, context.tag());
      EvpContext.check(ok, "take the tag");
      return (int)
              Evp.DECRYPT_FINAL.invokeExact(handle, context.outLength() + 8, context.outLength())
          == 1;
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw Evp.failed(e);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
