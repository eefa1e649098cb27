// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.control;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.zip.GZIPOutputStream;

/// Writes small texts as a gzipped tar archive. Source: POSIX.1-2024, pax, ustar interchange
/// format.
final class TarGz implements AutoCloseable {
  private static final int BLOCK_BYTES = 512;
  private static final int CHECKSUM_OFFSET = 148;
  private static final int CHECKSUM_BYTES = 8;

  private final OutputStream out;
  private final String folder;
  private final Instant at;

  /// @param folder in which all files of the archive are
  TarGz(OutputStream to, String folder, Instant at) throws IOException {
    this.out = new GZIPOutputStream(to);
    this.folder = folder;
    this.at = at;
  }

  void add(String name, String text) throws IOException {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    out.write(header(folder + "/" + name, content.length));
    out.write(content);
    out.write(new byte[(BLOCK_BYTES - content.length % BLOCK_BYTES) % BLOCK_BYTES]);
  }

  private byte[] header(String name, int size) {
    byte[] header = new byte[BLOCK_BYTES];
    put(header, 0, name);
    put(header, 100, "0000600\0");
    put(header, 108, "0000000\0");
    put(header, 116, "0000000\0");
    put(header, 124, "%011o\0".formatted(size));
    put(header, 136, "%011o\0".formatted(Math.max(0, at.getEpochSecond())));
    put(header, CHECKSUM_OFFSET, " ".repeat(CHECKSUM_BYTES));
    put(header, 156, "0");
    put(header, 257, "ustar\0" + "00");
    int sum = 0;
    for (byte each : header) {
      sum += each & 0xff;
    }
    put(header, CHECKSUM_OFFSET, "%06o\0 ".formatted(sum));
    return header;
  }

  private static void put(byte[] header, int offset, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, offset, bytes.length);
  }

  @Override
  public void close() throws IOException {
    out.write(new byte[2 * BLOCK_BYTES]);
    out.close();
  }
}
