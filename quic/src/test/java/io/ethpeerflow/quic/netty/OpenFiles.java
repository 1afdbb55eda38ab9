package io.ethpeerflow.quic.netty;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What this process has open, as Linux tells. */
final class OpenFiles {
  private static final int INODE_COLUMN = 9;

  private OpenFiles() {}

  /** All descriptors but those of libraries and devices, which open when they are first used. */
  static int count() {
    return (int) targets().stream().filter(target -> !target.startsWith("/")).count();
  }

  /** The UDP sockets among them. */
  static int udpSockets() {
    return (int) targets().stream().filter(udpInodes()::contains).count();
  }

  private static List<String> targets() {
    String[] numbers = new File("/proc/self/fd").list();
    var targets = new ArrayList<String>();
    for (String number : numbers == null ? new String[0] : numbers) {
      String target = target(number);
      if (target != null) {
        targets.add(target);
      }
    }
    return targets;
  }

  private static @Nullable String target(String number) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/fd", number)).toString();
    } catch (IOException closedMeanwhile) {
      return null;
    }
  }

  private static Set<String> udpInodes() {
    var inodes = new HashSet<String>();
    try {
      for (String table : new String[] {"udp", "udp6"}) {
        for (String line : Files.readAllLines(Path.of("/proc/self/net", table))) {
          String[] columns = line.trim().split("\\s+");
          inodes.add("socket:[" + columns[INODE_COLUMN] + "]");
        }
      }
    } catch (IOException noTable) {
      throw new UncheckedIOException(noTable);
    }
    return inodes;
  }
}
