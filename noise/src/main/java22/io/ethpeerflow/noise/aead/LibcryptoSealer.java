package io.ethpeerflow.noise.aead;

import io.netty.buffer.ByteBuf;
import java.lang.ref.Reference;

/** Seals with libcrypto, from wherever a part is straight into the output. */
final class LibcryptoSealer implements Sealer {
  private final EvpContext context;

  LibcryptoSealer(byte[] key) {
    context = new EvpContext(this, key, true);
  }

  @Override
  public boolean needsArray() {
    return false;
  }

  @Override
  public void start(long nonce, ByteBuf out) {
    try {
      long handle = context.handle();
      int ok = (int) Evp.ENCRYPT_INIT.invokeExact(handle, 0L, 0L, 0L, context.nonce(nonce));
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
  public void update(ByteBuf in, int index, int bytes, ByteBuf out) {
    try {
      int at = out.writerIndex();
      context.update(in, index, bytes, out, at);
      out.writerIndex(at + bytes);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public void finish(ByteBuf out) {
    try {
      long handle = context.handle();
      int ok = (int) Evp.ENCRYPT_FINAL.invokeExact(handle, context.tag(), context.outLength());
      EvpContext.check(ok, "finish a message");
      ok =
          (int)
              Evp.CTX_CTRL.invokeExact(handle, Evp.CTRL_GET_TAG, Ciphers.TAG_BYTES, context.tag());
      EvpContext.check(ok, "give the tag");
      int at = out.writerIndex();
      out.writerIndex(at + Ciphers.TAG_BYTES);
      context.tagTo(out, at);
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
