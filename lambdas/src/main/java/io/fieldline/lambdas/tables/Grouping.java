// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.tables;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// By what devices are taken together. A device's own item has its groups and its type, so that who
/// reads a device reads them, too; a partition for each group and type has its devices, so that
/// they are listed without looking at others; and each has an item with their number.
public enum Grouping {
  /// A device is in some: `description`, `by`, `createdMs`, `devices`, and `goingMs` once it is to
  /// go; then nobody comes into it.
  GROUP("GROUPS", "GROUP#", "groups"),
  /// A device is of one, or of none: `devices`.
  TYPE("TYPES", "TYPE#", "type");

  /// What a name is, of either.
  private static final String NAME = "[a-zA-Z0-9_-]{1,64}";

  private final String all;
  private final String prefix;
  private final String attribute;

  Grouping(String all, String prefix, String attribute) {
    this.all = all;
    this.prefix = prefix;
    this.attribute = attribute;
  }

  /// Whether a text can be a name of one.
  public static boolean isName(String text) {
    return text.matches(NAME);
  }

  /// What {@link #isName} expects.
  public static String expected() {
    return "1 to 64 letters, digits, '_' or '-'";
  }

  /// The attribute of a device's item: a set of texts, or a text.
  public String attribute() {
    return attribute;
  }

  /// The partition of all.
  public String partition() {
    return all;
  }

  /// One of them.
  public Key key(String name) {
    return new Key(all, name);
  }

  /// The devices of one, sorted by name: `thing`.
  public Listing members(String name) {
    return new Listing(prefix + name, "", false);
  }

  /// A device of one.
  public Key member(String name, String device) {
    return new Key(prefix + name, device);
  }

  /// The groups of a device's item, sorted.
  public static List<String> groups(Map<String, AttributeValue> device) {
    var groups = device.get(GROUP.attribute);
    return groups == null ? List.of() : List.copyOf(new TreeSet<>(groups.ss()));
  }

  /// The type of a device's item.
  public static Optional<String> type(Map<String, AttributeValue> device) {
    return Attributes.text(device, TYPE.attribute);
  }
}
