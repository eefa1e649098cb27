// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.ways;

import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// X-Ray's tracing header: which trace something belongs to, and to which part of it.
///
/// Source: AWS X-Ray Developer Guide, "Tracing header". Further fields, such as `Self` and
/// `Lineage`, are passed over.
///
/// @param root the trace, `1-<second it began>-<96 bits>`
/// @param parent the segment or subsegment that led to this one; 0 where none is told
/// @param sampled whether the trace is recorded in X-Ray; null where nobody has decided yet
public record TraceHeader(String root, long parent, @Nullable Boolean sampled) {
  private static final Pattern ROOT = Pattern.compile("1-[0-9a-f]{8}-[0-9a-f]{24}");
  private static final Pattern PARENT = Pattern.compile("[0-9a-f]{16}");
  private static final HexFormat HEX = HexFormat.of();

  /// Empty where it names no trace: then a new one is begun, as X-Ray does.
  public static Optional<TraceHeader> parse(String text) {
    String root = "";
    long parent = 0;
    @Nullable Boolean sampled = null;
    for (String field : text.split(";")) {
      int equals = field.indexOf('=');
      String value = equals < 0 ? "" : field.substring(equals + 1).strip();
      switch (equals < 0 ? "" : field.substring(0, equals).strip()) {
        case "Root" -> root = value;
        case "Parent" ->
            parent = PARENT.matcher(value).matches() ? Long.parseUnsignedLong(value, 16) : 0;
        case "Sampled" -> sampled = value.equals("1") ? Boolean.TRUE : no(value);
        default -> {}
      }
    }
    return ROOT.matcher(root).matches()
        ? Optional.of(new TraceHeader(root, parent, sampled))
        : Optional.empty();
  }

  /// A question mark asks the receiver to decide.
  private static @Nullable Boolean no(String value) {
    return value.equals("0") ? Boolean.FALSE : null;
  }

  /// As a segment or a step is named in a header.
  public static String segment(long id) {
    return HEX.toHexDigits(id);
  }

  /// As it goes over a wire.
  public String text() {
    var text = new StringBuilder(80).append("Root=").append(root);
    if (parent != 0) {
      text.append(";Parent=").append(segment(parent));
    }
    if (sampled != null) {
      text.append(";Sampled=").append(sampled ? '1' : '0');
    }
    return text.toString();
  }
}
