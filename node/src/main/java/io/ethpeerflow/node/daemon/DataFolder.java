package io.ethpeerflow.node.daemon;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The folder in which a node keeps what it must remember. */
public final class DataFolder implements AutoCloseable {
  private static final String NAME = "ethpeerflow";
  private static final String LOCK = "node.lock";
  private static final String IDENTITY = "identity.key";

  private final Path folder;
  private final FileChannel lockFile;
  private final @Nullable FileLock lock;

  private DataFolder(Path folder, FileChannel lockFile, @Nullable FileLock lock) {
    this.folder = folder;
    this.lockFile = lockFile;
    this.lock = lock;
  }

  /** {@code ethpeerflow} in the XDG data folder of the user. */
  public static Path defaultPath(Map<String, String> variables) {
    String xdg = variables.get("XDG_DATA_HOME");
    // [XDG base directories] a path that is not absolute must be ignored
    Path base =
        xdg != null && Path.of(xdg).isAbsolute()
            ? Path.of(xdg)
            : home(variables).resolve(".local/share");
    return base.resolve(NAME);
  }

  /** The home folder of the user. */
  public static Path home(Map<String, String> variables) {
    String home = variables.get("HOME");
    return Path.of(home == null || home.isEmpty() ? System.getProperty("user.home") : home);
  }

  /** Makes the folder, for its owner alone, unless it is there, and marks it as in use. */
  public static DataFolder open(Path folder) throws IOException {
    FileAttribute<?>[] ownerOnly =
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
            }
            : new FileAttribute<?>[0];
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder, ownerOnly);
    }
    FileChannel lockFile =
        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      return new DataFolder(folder, lockFile, lockFile.tryLock());
    } catch (OverlappingFileLockException byThisProcess) {
      return new DataFolder(folder, lockFile, null);
    }
  }

  /** Where it is. */
  public Path path() {
    return folder;
  }

  /** The node's identity unless the configuration names another file. */
  public Path identity() {
    return folder.resolve(IDENTITY);
  }

  /** Whether no other node uses the folder. */
  public boolean isExclusive() {
    return lock != null;
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
  }
}
