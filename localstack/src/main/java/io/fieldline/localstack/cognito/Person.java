// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cognito;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import software.amazon.awssdk.services.cognitoidentityprovider.model.AttributeType;
import software.amazon.awssdk.services.cognitoidentityprovider.model.UserStatusType;
import software.amazon.awssdk.services.cognitoidentityprovider.model.UserType;

/// A user of a pool.
///
/// @param attributes with {@code sub}
/// @param status CONFIRMED, or FORCE_CHANGE_PASSWORD until the first own password
/// @param password its hash
record Person(
    String poolId,
    String username,
    TreeMap<String, String> attributes,
    String status,
    boolean enabled,
    Instant created,
    Instant modified,
    PasswordHash password,
    TreeSet<String> groups) {

  Person {
    attributes = new TreeMap<>(attributes);
    groups = new TreeSet<>(groups);
  }

  String sub() {
    return attributes.getOrDefault("sub", username);
  }

  boolean mustChangePassword() {
    return status.equals(UserStatusType.FORCE_CHANGE_PASSWORD.toString());
  }

  Person withPassword(PasswordHash other, boolean permanent, Instant now) {
    UserStatusType next =
        permanent ? UserStatusType.CONFIRMED : UserStatusType.FORCE_CHANGE_PASSWORD;
    return new Person(
        poolId, username, attributes, next.toString(), enabled, created, now, other, groups);
  }

  Person withGroups(TreeSet<String> others, Instant now) {
    return new Person(
        poolId, username, attributes, status, enabled, created, now, password, others);
  }

  Person withEnabled(boolean other, Instant now) {
    return new Person(poolId, username, attributes, status, other, created, now, password, groups);
  }

  Person withAttributes(Map<String, String> more, Instant now) {
    var all = new TreeMap<>(attributes);
    all.putAll(more);
    return new Person(poolId, username, all, status, enabled, created, now, password, groups);
  }

  List<AttributeType> attributeShapes() {
    var shapes = new ArrayList<AttributeType>();
    attributes.forEach((n, v) -> shapes.add(AttributeType.builder().name(n).value(v).build()));
    return shapes;
  }

  UserType shape() {
    return UserType.builder()
        .username(username)
        .attributes(attributeShapes())
        .enabled(enabled)
        .userStatus(status)
        .userCreateDate(created)
        .userLastModifiedDate(modified)
        .build();
  }
}
