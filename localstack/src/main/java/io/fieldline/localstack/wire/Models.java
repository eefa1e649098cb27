// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.wire;

import io.fieldline.localstack.store.Store;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.h2.mvstore.MVMap;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;

/// One kind of resource, kept durably as the SDK's own model objects. Thread-safe.
public final class Models<T extends SdkPojo> {
  private final ModelJson json = new ModelJson();
  private final MVMap<String, String> kept;
  private final Class<T> type;
  private final Supplier<? extends SdkPojo> builder;

  /// @param name of the map in the store
  /// @param builder makes an empty builder of the type
  public Models(Store store, String name, Class<T> type, Supplier<? extends SdkPojo> builder) {
    this.kept = store.map(name, String.class);
    this.type = type;
    this.builder = builder;
  }

  /// Keeps a new value, or one in the place of that with the same key.
  public T put(String key, T value) {
    kept.put(key, json.write(value));
    return value;
  }

  public Optional<T> get(String key) {
    return Optional.ofNullable(kept.get(key)).map(this::read);
  }

  /// Whether there was one.
  public boolean remove(String key) {
    return kept.remove(key) != null;
  }

  /// All whose key begins so, in the order of their keys.
  public List<T> under(String prefix) {
    var found = new ArrayList<T>();
    for (String key : keys(prefix)) {
      get(key).ifPresent(found::add);
    }
    return found;
  }

  public void removeUnder(String prefix) {
    keys(prefix).forEach(kept::remove);
  }

  private List<String> keys(String prefix) {
    var keys = new ArrayList<String>();
    Iterator<String> all = kept.keyIterator(prefix);
    while (all.hasNext()) {
      String key = all.next();
      if (!key.startsWith(prefix)) {
        break;
      }
      keys.add(key);
    }
    return keys;
  }

  private T read(String text) {
    return json.read(builder.get(), type, text);
  }

  /// Gives {@code to} every member that {@code from} has set and that both know by the same name.
  public static <B extends SdkPojo> B copy(SdkPojo from, B to) {
    for (SdkField<?> target : to.sdkFields()) {
      for (SdkField<?> source : from.sdkFields()) {
        if (source.memberName().equals(target.memberName())) {
          Object value = source.getValueOrDefault(from);
          if (value != null
              && !(value instanceof SdkAutoConstructList<?>)
              && !(value instanceof SdkAutoConstructMap<?, ?>)) {
            Pojos.set(target, to, value);
          }
        }
      }
    }
    return to;
  }
}
