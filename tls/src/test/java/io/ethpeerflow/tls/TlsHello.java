package io.ethpeerflow.tls;

import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/** A ClientHello, taken apart. */
final class TlsHello {
  private TlsHello() {}

  /** The first flight of a client with the JDK's engine, in one record. */
  static byte[] jdk() {
    SSLEngine engine =
        RawPeer.engine(
            true,
            null,
            new X509Certificate[0],
            parameters -> parameters.setProtocols(new String[] {"TLSv1.3"}));
    ByteBuffer out = ByteBuffer.allocate(1 << 16);
    try {
      engine.beginHandshake();
      engine.wrap(ByteBuffer.allocate(0), out);
    } catch (SSLException e) {
      throw new AssertionError(e);
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  /** Extensions by type, of a ClientHello in one record. */
  static Map<Integer, byte[]> extensions(byte[] record) {
    ByteBuffer in = ByteBuffer.wrap(record);
    in.position(5 + 4 + 34);
    in.position(in.position() + 1 + in.get(in.position()));
    in.position(in.position() + 2 + in.getShort(in.position()));
    in.position(in.position() + 1 + in.get(in.position()));
    int end = in.getShort() + in.position();
    var extensions = new HashMap<Integer, byte[]>();
    while (in.position() < end) {
      int type = in.getShort() & 0xffff;
      byte[] content = new byte[in.getShort()];
      in.get(content);
      extensions.put(type, content);
    }
    return extensions;
  }
}
