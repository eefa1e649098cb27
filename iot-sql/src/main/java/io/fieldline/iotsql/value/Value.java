// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// A value of AWS IoT SQL. `Undefined` (there is nothing) is not `Null` (JSON said null).
///
/// Source: AWS IoT developer guide, "Data types". `Raw` is a payload that is no JSON document.
public sealed interface Value {
  Undefined UNDEFINED = new Undefined();
  Null NULL = new Null();
  Bool TRUE = new Bool(true);
  Bool FALSE = new Bool(false);

  /// Whole number of at most 34 digits.
  record Int(BigInteger value) implements Value {
    /// The value of a Java `long`.
    public static Int of(long value) {
      return new Int(BigInteger.valueOf(value));
    }
  }

  /// Decimal of 34 digits of precision, between 1E-999 and 9.99E999 in magnitude.
  record Decimal(BigDecimal value) implements Value {}

  record Bool(boolean value) implements Value {
    /// The one of the two that equals `value`.
    public static Bool of(boolean value) {
      return value ? TRUE : FALSE;
    }
  }

  record Text(String value) implements Value {}

  record Array(List<Value> elements) implements Value {}

  /// The map keeps the order of the document; nobody may change it after construction.
  record Obj(Map<String, Value> members) implements Value {}

  record Null() implements Value {}

  record Undefined() implements Value {}

  /// Bytes that are no JSON document. Compared by content.
  record Raw(byte[] bytes) implements Value {
    @Override
    public boolean equals(Object other) {
      return other instanceof Raw(var otherBytes) && Arrays.equals(bytes, otherBytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return "Raw[" + bytes.length + " bytes]";
    }

    /// The bytes read as UTF-8.
    public String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /// The member of an object, else `Undefined`.
  default Value member(String name) {
    if (this instanceof Obj(var members)) {
      var value = members.get(name);
      return value == null ? UNDEFINED : value;
    }
    return UNDEFINED;
  }

  default boolean isUndefined() {
    return this instanceof Undefined;
  }
}
