// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.s3;

import io.fieldline.localstack.api.AwsFailure;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A range of bytes that an object has.
record ByteRange(long first, long count) {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  /// Source: RFC 9110, 14.1.2; one range only.
  static ByteRange parse(String header, long sizeBytes) {
    Matcher matcher = RANGE.matcher(header.strip());
    if (!matcher.matches() || (matcher.group(1) + matcher.group(2)).isEmpty()) {
      throw invalid(header);
    }
    if (matcher.group(1).isEmpty()) {
      long last = Math.min(sizeBytes, Long.parseLong(matcher.group(2)));
      if (last == 0) {
        throw invalid(header);
      }
      return new ByteRange(sizeBytes - last, last);
    }
    long first = Long.parseLong(matcher.group(1));
    long end =
        matcher.group(2).isEmpty()
            ? sizeBytes - 1
            : Math.min(sizeBytes - 1, Long.parseLong(matcher.group(2)));
    if (first >= sizeBytes || end < first) {
      throw invalid(header);
    }
    return new ByteRange(first, end - first + 1);
  }

  private static AwsFailure invalid(String header) {
    return new AwsFailure("InvalidRange", 416, "The requested range is not satisfiable: " + header);
  }

  String header(long sizeBytes) {
    return "bytes " + first + "-" + (first + count - 1) + "/" + sizeBytes;
  }
}
