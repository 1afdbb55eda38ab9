package io.ethpeerflow.node.cli;

import io.ethpeerflow.node.daemon.IdentityFile;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.peer.PeerId;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Keys and the peer ids they give. */
@Command(
    name = "id",
    description = {
      "Prints the peer id of a key.",
      "A key file that does not exist is made, for its owner alone, and encrypted when the variable"
          + " PEERFLOW_KEY_PASSWORD has a password."
    })
final class IdCommand extends NodeCommand {
  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "The key file. Without it a new key is made and not kept.")
  private @Nullable Path key;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "Type of a new key: ed25519, secp256k1, ecdsa, rsa. Default: ed25519.")
  private @Nullable KeyType type;

  IdCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws IOException {
    KeyType wanted = Objects.requireNonNullElse(type, KeyType.ED25519);
    IdentityFile.Identity identity =
        key == null
            ? new IdentityFile.Identity(PrivateKey.generate(wanted, new SecureRandom()), true)
            : IdentityFile.readOrCreate(key, wanted, terminal().variables());
    KeyType found = identity.key().type();
    if (type != null && found != type) {
      throw new IOException(key + " holds a key of type " + name(found) + ", not " + name(type));
    }
    String peer = PeerId.of(identity.key().publicKey()).toString();
    print(
        peer,
        JsonLine.of()
            .put("peer", peer)
            .put("type", name(found))
            .put("key", key == null ? null : key.toString())
            .put("created", identity.created()));
    return CommandStatus.OK;
  }

  private static String name(KeyType type) {
    return type.name().toLowerCase(Locale.ROOT);
  }
}
