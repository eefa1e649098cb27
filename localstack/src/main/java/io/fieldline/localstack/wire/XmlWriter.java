// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.wire;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;
import software.amazon.awssdk.core.traits.XmlAttributeTrait;

/// Model objects as XML text.
final class XmlWriter {
  private final StringBuilder out = new StringBuilder();
  private final SqsQueryNames names;

  XmlWriter(SqsQueryNames names) {
    this.names = names;
  }

  XmlWriter raw(String xml) {
    out.append(xml);
    return this;
  }

  XmlWriter element(String name, String text) {
    out.append('<').append(name).append('>').append(escape(text)).append("</").append(name);
    out.append('>');
    return this;
  }

  /// The members that go into the body.
  XmlWriter members(SdkPojo pojo) {
    for (SdkField<?> field : pojo.sdkFields()) {
      Object value = field.getValueOrDefault(pojo);
      if (field.location() == MarshallLocation.PAYLOAD
          && Scalars.isSet(value)
          && !field.containsTrait(XmlAttributeTrait.class)) {
        member(field, field.unmarshallLocationName(), value);
      }
    }
    return this;
  }

  private void member(SdkField<?> field, String name, Object value) {
    switch (value) {
      case SdkPojo pojo -> {
        open(name, pojo);
        members(pojo);
        close(name);
      }
      case List<?> list -> list(field, name, list);
      case Map<?, ?> map -> map(field, name, map);
      default -> element(name, Scalars.print(field, value, Format.ISO_8601));
    }
  }

  private void list(SdkField<?> field, String name, List<?> list) {
    ListTrait trait = field.getTrait(ListTrait.class);
    Optional<String> flat = names.of(name);
    if (flat.isPresent() || trait.isFlattened()) {
      String each = flat.orElse(name);
      list.forEach(v -> member(trait.memberFieldInfo(), each, v));
      return;
    }
    String each = trait.memberLocationName() == null ? "member" : trait.memberLocationName();
    out.append('<').append(name).append('>');
    list.forEach(v -> member(trait.memberFieldInfo(), each, v));
    close(name);
  }

  private void map(SdkField<?> field, String name, Map<?, ?> map) {
    MapTrait trait = field.getTrait(MapTrait.class);
    Optional<String> flat = names.of(name);
    boolean flattened = flat.isPresent() || trait.isFlattened();
    String each = flattened ? flat.orElse(name) : "entry";
    String key = flat.isPresent() ? names.key(name) : orElse(trait.keyLocationName(), "key");
    String val = flat.isPresent() ? "Value" : orElse(trait.valueLocationName(), "value");
    if (!flattened) {
      out.append('<').append(name).append('>');
    }
    map.forEach((k, v) -> {
      out.append('<').append(each).append('>');
      element(key, k.toString());
      member(trait.valueFieldInfo(), val, v);
      close(each);
    });
    if (!flattened) {
      close(name);
    }
  }

  private static String orElse(@org.jspecify.annotations.Nullable String name, String usual) {
    return name == null ? usual : name;
  }

  private void open(String name, SdkPojo pojo) {
    out.append('<').append(name);
    for (SdkField<?> field : pojo.sdkFields()) {
      Object value = field.getValueOrDefault(pojo);
      if (field.containsTrait(XmlAttributeTrait.class) && value != null) {
        String attribute = field.unmarshallLocationName();
        if (attribute.startsWith("xsi:")) {
          out.append(" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"");
        }
        out.append(' ').append(attribute).append("=\"").append(escape(value.toString()));
        out.append('"');
      }
    }
    out.append('>');
  }

  private void close(String name) {
    out.append("</").append(name).append('>');
  }

  static String escape(String text) {
    var escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\r' -> escaped.append("&#13;");
        default -> escaped.append(c);
      }
    }
    return escaped.toString();
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
