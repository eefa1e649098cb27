// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.users;

import io.fieldline.messages.api.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.cognitoidentityprovider.CognitoIdentityProviderClient;
import software.amazon.awssdk.services.cognitoidentityprovider.model.AttributeType;
import software.amazon.awssdk.services.cognitoidentityprovider.model.DeliveryMediumType;
import software.amazon.awssdk.services.cognitoidentityprovider.model.GroupType;
import software.amazon.awssdk.services.cognitoidentityprovider.model.UserNotFoundException;
import software.amazon.awssdk.services.cognitoidentityprovider.model.UsernameExistsException;

/// The people of a user pool, each with one role.
final class People {
  private final CognitoIdentityProviderClient pools;
  private final String poolId;

  People(CognitoIdentityProviderClient pools, String poolId) {
    this.pools = pools;
    this.poolId = poolId;
  }

  /// A person as the pool knows them.
  ///
  /// @param user the pool's name; where people sign in by e-mail, one that the pool has made
  /// @param role the highest that they have
  record Person(String user, String email, Optional<Role> role, boolean enabled, String status) {}

  /// Some of the people, and after which token there are more.
  record Page(List<Person> people, Optional<String> next) {}

  /// Source: Amazon Cognito user pools API, ListUsers: pages of at most 60.
  Page page(Optional<String> after, int limit) {
    var answer =
        pools.listUsers(list -> {
          list.userPoolId(poolId).limit(limit);
          after.ifPresent(list::paginationToken);
        });
    var people = new ArrayList<Person>();
    for (var one : answer.users()) {
      people.add(
          new Person(
              one.username(),
              email(one.attributes(), one.username()),
              role(one.username()),
              one.enabled(),
              one.userStatusAsString()));
    }
    return new Page(people, Optional.ofNullable(answer.paginationToken()));
  }

  Optional<Person> find(String email) {
    try {
      var one = pools.adminGetUser(get -> get.userPoolId(poolId).username(email));
      return Optional.of(
          new Person(
              one.username(),
              email(one.userAttributes(), one.username()),
              role(one.username()),
              one.enabled(),
              one.userStatusAsString()));
    } catch (UserNotFoundException notThere) {
      return Optional.empty();
    }
  }

  private static String email(List<AttributeType> attributes, String otherwise) {
    return attributes.stream()
        .filter(attribute -> attribute.name().equals("email"))
        .map(AttributeType::value)
        .findFirst()
        .orElse(otherwise);
  }

  private Optional<Role> role(String user) {
    var groups =
        pools
            .adminListGroupsForUser(list -> list.userPoolId(poolId).username(user))
            .groups()
            .stream()
            .map(GroupType::groupName)
            .toList();
    Optional<Role> highest = Optional.empty();
    for (var role : Role.values()) {
      if (groups.contains(role.group())) {
        highest = Optional.of(role);
      }
    }
    return highest;
  }

  /// The pool sends the first password by e-mail.
  void invite(String email) {
    try {
      pools.adminCreateUser(create ->
          create
              .userPoolId(poolId)
              .username(email)
              .desiredDeliveryMediums(DeliveryMediumType.EMAIL)
              .userAttributes(attribute("email", email), attribute("email_verified", "true")));
    } catch (UsernameExistsException invitedMeanwhile) {
      // By a request beside this one.
    }
  }

  private static AttributeType attribute(String name, String value) {
    return AttributeType.builder().name(name).value(value).build();
  }

  /// Afterwards the person has this role and no other; in between rather none than a higher one.
  void give(String user, Role role) {
    for (var other : Role.values()) {
      if (other != role) {
        pools.adminRemoveUserFromGroup(
            remove -> remove.userPoolId(poolId).username(user).groupName(other.group()));
      }
    }
    pools.adminAddUserToGroup(add -> add.userPoolId(poolId).username(user).groupName(role.group()));
  }

  void enable(String user, boolean enabled) {
    if (enabled) {
      pools.adminEnableUser(enable -> enable.userPoolId(poolId).username(user));
    } else {
      pools.adminDisableUser(disable -> disable.userPoolId(poolId).username(user));
    }
  }
}
