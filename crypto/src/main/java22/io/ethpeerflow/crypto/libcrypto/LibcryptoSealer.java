package io.ethpeerflow.crypto.libcrypto;

import io.ethpeerflow.crypto.aead.Ciphers;
import io.ethpeerflow.crypto.aead.Sealer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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

  /** A whole message, with any nonce and with associated data. */
  byte[] seal(byte[] nonce, byte[] associated, byte[] message) {
    byte[] sealed = new byte[message.length + Ciphers.TAG_BYTES];
    ByteBuf out = Unpooled.wrappedBuffer(sealed).clear();
    try {
      context.start(nonce, associated);
    } finally {
      Reference.reachabilityFence(this);
    }
    update(Unpooled.wrappedBuffer(message), 0, message.length, out);
    finish(out);
    return sealed;
  }

  @Override
  public void start(long nonce, ByteBuf out) {
    try {
      context.start(nonce);
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
      throw Libcrypto.failed(e);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
