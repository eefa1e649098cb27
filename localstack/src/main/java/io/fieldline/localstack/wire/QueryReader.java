// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;

/// A form of the Query protocol to model objects.
final class QueryReader {
  private final TreeMap<String, String> form;
  private final SqsQueryNames names;

  QueryReader(TreeMap<String, String> form, SqsQueryNames names) {
    this.form = form;
    this.names = names;
  }

  void fill(SdkPojo builder, String prefix) {
    for (SdkField<?> field : builder.sdkFields()) {
      Object value = read(field, prefix + field.locationName());
      if (value != null) {
        Pojos.set(field, builder, value);
      }
    }
  }

  private @Nullable Object read(SdkField<?> field, String name) {
    MarshallingType<?> type = field.marshallingType();
    if (type == MarshallingType.LIST) {
      return list(field, name);
    } else if (type == MarshallingType.MAP) {
      return map(field, name);
    } else if (type == MarshallingType.SDK_POJO) {
      if (!anyBelow(name)) {
        return null;
      }
      SdkPojo nested = field.constructor().get();
      fill(nested, name + ".");
      return Pojos.build(nested);
    }
    String text = form.get(name);
    return text == null ? null : Scalars.parse(field, text, Format.ISO_8601);
  }

  private @Nullable List<Object> list(SdkField<?> field, String name) {
    ListTrait trait = field.getTrait(ListTrait.class);
    Optional<String> flat = singular(name);
    String each = trait.memberLocationName() == null ? "member" : trait.memberLocationName();
    String prefix = flat.orElse(trait.isFlattened() ? flattened(name, trait) : name + "." + each);
    if (flat.isEmpty() && !trait.isFlattened() && !anyBelow(prefix)) {
      prefix = name + ".member";
    }
    var list = new ArrayList<Object>();
    for (int i = 1; present(prefix + "." + i); i++) {
      Object value = read(trait.memberFieldInfo(), prefix + "." + i);
      if (value != null) {
        list.add(value);
      }
    }
    return list.isEmpty() && !form.containsKey(name) ? null : list;
  }

  private static String flattened(String name, ListTrait trait) {
    String member = trait.memberLocationName();
    return member == null ? name : name.substring(0, name.lastIndexOf('.') + 1) + member;
  }

  private @Nullable Map<String, Object> map(SdkField<?> field, String name) {
    MapTrait trait = field.getTrait(MapTrait.class);
    Optional<String> flat = singular(name);
    String prefix = flat.orElse(trait.isFlattened() ? name : name + ".entry");
    String last = name.substring(name.lastIndexOf('.') + 1);
    String key =
        flat.isPresent()
            ? names.key(last)
            : trait.keyLocationName() == null ? "key" : trait.keyLocationName();
    String val =
        flat.isPresent()
            ? "Value"
            : trait.valueLocationName() == null ? "value" : trait.valueLocationName();
    var map = new LinkedHashMap<String, Object>();
    for (int i = 1; present(prefix + "." + i); i++) {
      String at = prefix + "." + i + ".";
      Object value = read(trait.valueFieldInfo(), at + val);
      map.put(form.getOrDefault(at + key, ""), value == null ? "" : value);
    }
    return map.isEmpty() ? null : map;
  }

  private Optional<String> singular(String name) {
    int dot = name.lastIndexOf('.') + 1;
    return names.of(name.substring(dot)).map(n -> name.substring(0, dot) + n);
  }

  private boolean present(String name) {
    return form.containsKey(name) || anyBelow(name);
  }

  private boolean anyBelow(String name) {
    String next = form.ceilingKey(name + ".");
    return next != null && next.startsWith(name + ".");
  }
}
