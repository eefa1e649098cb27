// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.endpoint;

import io.fieldline.localstack.wire.WireRequest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/// A body in the encoding `aws-chunked`, without its sizes, signatures and trailers.
///
/// Source: S3 API Reference, "Signature calculations for the Authorization header: transferring
/// payload in multiple chunks". The chunks' own signatures are not verified (the request's is).
final class AwsChunked extends InputStream {
  private static final int MAX_LINE = 8192;

  private final InputStream in;
  private long left;
  private boolean ended;
  private boolean first = true;

  private AwsChunked(InputStream in) {
    this.in = in;
  }

  /// The request's body, decoded where it is `aws-chunked`.
  static InputStream decoded(WireRequest request) {
    boolean chunked =
        request.header("x-amz-content-sha256").orElse("").startsWith("STREAMING-")
            || request.header("content-encoding").orElse("").contains("aws-chunked");
    return chunked ? new AwsChunked(request.body()) : request.body();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (left == 0 && !nextChunk()) {
      return -1;
    }
    int read = in.read(into, offset, (int) Math.min(length, left));
    if (read < 0) {
      throw new EOFException("the body ended within a chunk");
    }
    left -= read;
    return read;
  }

  private boolean nextChunk() throws IOException {
    if (ended) {
      return false;
    }
    if (!first) {
      line();
    }
    first = false;
    String size = line().split(";", 2)[0].strip();
    try {
      left = Long.parseLong(size, 16);
    } catch (NumberFormatException e) {
      throw new IOException("expected the size of a chunk in hexadecimal, got '" + size + "'", e);
    }
    if (left == 0) {
      ended = true;
      while (!line().isEmpty()) {
        continue;
      }
    }
    return !ended;
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (line.length() > MAX_LINE) {
        throw new IOException("the line of a chunk's size is longer than " + MAX_LINE);
      }
      line.append((char) c);
    }
    return line.toString().strip();
  }
}
