// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import io.fieldline.localstack.store.Store;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.type.StringDataType;

/// A relation between two kinds of names, readable from both ends. Thread-safe.
public final class Links {
  private static final char SEPARATOR = '\n';

  private final MVMap<String, String> forward;
  private final MVMap<String, String> backward;
  private final RegistryVersion version;

  Links(Store store, String name, RegistryVersion version) {
    this.forward = store.map(name, StringDataType.INSTANCE);
    this.backward = store.map(name + "/reverse", StringDataType.INSTANCE);
    this.version = version;
  }

  /// @param note kept with the link, such as its kind
  void add(String left, String right, String note) {
    forward.put(left + SEPARATOR + right, note);
    backward.put(right + SEPARATOR + left, note);
    version.changed();
  }

  boolean remove(String left, String right) {
    boolean was = forward.remove(left + SEPARATOR + right) != null;
    backward.remove(right + SEPARATOR + left);
    version.changed();
    return was;
  }

  boolean has(String left, String right) {
    return forward.containsKey(left + SEPARATOR + right);
  }

  /// The note of a link, or empty text where there is no link.
  String note(String left, String right) {
    String note = forward.get(left + SEPARATOR + right);
    return note == null ? "" : note;
  }

  public List<String> rightsOf(String left) {
    return others(forward, left);
  }

  public List<String> leftsOf(String right) {
    return others(backward, right);
  }

  private static List<String> others(MVMap<String, String> map, String name) {
    String prefix = name + SEPARATOR;
    var found = new ArrayList<String>();
    for (Iterator<String> keys = map.keyIterator(prefix); keys.hasNext(); ) {
      String key = keys.next();
      if (!key.startsWith(prefix)) {
        break;
      }
      found.add(key.substring(prefix.length()));
    }
    return found;
  }
}
