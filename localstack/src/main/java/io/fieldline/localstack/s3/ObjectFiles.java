// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Supplier;

/// The bytes of objects and parts, a file each, never changed once written. Thread-safe.
final class ObjectFiles {
  private final Path folder;
  private final Supplier<String> ids;

  ObjectFiles(Path folder, Supplier<String> ids) {
    this.folder = folder;
    this.ids = ids;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A file written whole and on disk.
  record Written(String file, long sizeBytes, byte[] md5) {
    String etag() {
      return "\"" + HexFormat.of().formatHex(md5) + "\"";
    }
  }

  Written write(InputStream content) throws IOException {
    MessageDigest md5 = md5();
    String name = ids.get();
    Path path = folder.resolve(name);
    try (var channel =
            FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        var digested = new DigestInputStream(content, md5)) {
      OutputStream out = Channels.newOutputStream(channel);
      long size = digested.transferTo(out);
      channel.force(true);
      return new Written(name, size, md5.digest());
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(path);
      throw e;
    }
  }

  InputStream read(String file) throws IOException {
    return Files.newInputStream(folder.resolve(file));
  }

  /// The bytes from {@code first}, {@code count} of them.
  InputStream read(String file, long first, long count) throws IOException {
    InputStream in = read(file);
    in.skipNBytes(first);
    return new Limited(in, count);
  }

  void delete(String file) {
    try {
      Files.deleteIfExists(folder.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Limited extends FilterInputStream {
    private long left;

    Limited(InputStream in, long count) {
      super(in);
      this.left = count;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int read = in.read(into, offset, (int) Math.min(length, left));
      left -= Math.max(0, read);
      return read;
    }
  }
}
