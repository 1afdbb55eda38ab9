package io.ethpeerflow.crypto.libcrypto;

import io.ethpeerflow.crypto.aead.Ciphers;
import io.ethpeerflow.crypto.aead.Opener;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.lang.ref.Reference;
import javax.crypto.AEADBadTagException;

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

  /** A whole message, with any nonce and with associated data. */
  byte[] open(byte[] nonce, byte[] associated, byte[] ciphertext) throws AEADBadTagException {
    int plainBytes = ciphertext.length - Ciphers.TAG_BYTES;
    if (plainBytes < 0) {
      throw new AEADBadTagException("no tag");
    }
    ByteBuf data = Unpooled.copiedBuffer(ciphertext);
    try {
      context.start(nonce, associated);
    } finally {
      Reference.reachabilityFence(this);
    }
    update(data, 0, plainBytes);
    if (!finish(data, plainBytes)) {
      throw new AEADBadTagException("wrong tag");
    }
    return ByteBufUtil.getBytes(data, 0, plainBytes);
  }

  @Override
  public void start(long nonce) {
    try {
      context.start(nonce);
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
