// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.wire;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.TimestampFormatTrait;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;

/// Simple values as text: in XML, forms, headers, paths and queries.
final class Scalars {
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Scalars() {}

  static Object parse(SdkField<?> field, String text, Format usual) {
    MarshallingType<?> type = field.marshallingType();
    try {
      if (type == MarshallingType.STRING) {
        return text;
      } else if (type == MarshallingType.INTEGER) {
        return Integer.valueOf(text.strip());
      } else if (type == MarshallingType.LONG) {
        return Long.valueOf(text.strip());
      } else if (type == MarshallingType.SHORT) {
        return Short.valueOf(text.strip());
      } else if (type == MarshallingType.BYTE) {
        return Byte.valueOf(text.strip());
      } else if (type == MarshallingType.DOUBLE) {
        return Double.valueOf(text.strip());
      } else if (type == MarshallingType.FLOAT) {
        return Float.valueOf(text.strip());
      } else if (type == MarshallingType.BIG_DECIMAL) {
        return new BigDecimal(text.strip());
      } else if (type == MarshallingType.BOOLEAN) {
        return bool(text.strip());
      } else if (type == MarshallingType.SDK_BYTES) {
        return SdkBytes.fromByteArray(Base64.getMimeDecoder().decode(text));
      } else if (type == MarshallingType.INSTANT) {
        return instant(text.strip(), format(field, usual));
      }
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new MalformedInput(
          "'"
              + field.memberName()
              + "': expected "
              + type.getTargetClass().getSimpleName()
              + ", got '"
              + text
              + "'");
    }
    throw new MalformedInput("'" + field.memberName() + "' cannot be text");
  }

  private static Boolean bool(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  static String print(SdkField<?> field, Object value, Format usual) {
    return switch (value) {
      case Instant instant -> print(instant, format(field, usual));
      case SdkBytes bytes -> Base64.getEncoder().encodeToString(bytes.asByteArray());
      case Double d ->
          d == Math.rint(d) && Math.abs(d) < 1e15 ? d.longValue() + ".0" : d.toString();
      default -> value.toString();
    };
  }

  static Format format(SdkField<?> field, Format usual) {
    TimestampFormatTrait trait = field.getTrait(TimestampFormatTrait.class);
    return trait == null ? usual : trait.format();
  }

  static Instant instant(String text, Format format) {
    return switch (format) {
      case ISO_8601 ->
          Character.isDigit(text.charAt(text.length() - 1)) && !text.contains("T")
              ? seconds(text)
              : DateTimeFormatter.ISO_DATE_TIME.withZone(ZoneOffset.UTC).parse(text, Instant::from);
      case RFC_822 ->
          DateTimeFormatter.RFC_1123_DATE_TIME.parse(text.replace("UTC", "GMT"), Instant::from);
      case UNIX_TIMESTAMP -> seconds(text);
      case UNIX_TIMESTAMP_MILLIS -> Instant.ofEpochMilli(Long.parseLong(text));
    };
  }

  static Instant seconds(String text) {
    return Instant.ofEpochMilli(
        new BigDecimal(text)
            .movePointRight(3)
            .setScale(0, java.math.RoundingMode.HALF_UP)
            .longValueExact());
  }

  static String print(Instant instant, Format format) {
    return switch (format) {
      case ISO_8601 -> DateTimeFormatter.ISO_INSTANT.format(instant.truncatedTo(ChronoUnit.MILLIS));
      case RFC_822 -> HTTP_DATE.format(instant);
      case UNIX_TIMESTAMP -> BigDecimal.valueOf(instant.toEpochMilli(), 3).toPlainString();
      case UNIX_TIMESTAMP_MILLIS -> Long.toString(instant.toEpochMilli());
    };
  }

  static boolean isSet(@Nullable Object value) {
    return value != null
        && !(value instanceof software.amazon.awssdk.core.util.SdkAutoConstructList<?>)
        && !(value instanceof software.amazon.awssdk.core.util.SdkAutoConstructMap<?, ?>);
  }
}
