// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.removal;

import java.util.regex.Pattern;

/// One permission of the deployed pipeline: an action on a resource, for somebody.
///
/// @param holder whose it is: a role, a function, a device policy, a bucket
/// @param denial the line in which the stack says that just this is missing
/// @param take takes it away, and nothing else
/// @param giveBack puts back what was
record Grant(
    String holder,
    String action,
    String resource,
    Pattern denial,
    Runnable take,
    Runnable giveBack) {
  /// The action of a role's trust policy.
  static final String TRUST = "sts:AssumeRole";

  /// Whether this is who may act as the role, not what the role may do.
  boolean isTrust() {
    return action.equals(TRUST);
  }

  /// For people: who, what, on what.
  String name() {
    return holder + ": " + action + " on " + resource;
  }

  /// With more that must be away for this to be missed: an error action is only carried out where
  /// the action fails.
  Grant besides(Grant other) {
    return new Grant(
        holder,
        action,
        resource,
        denial,
        () -> {
          other.take.run();
          take.run();
        },
        () -> {
          giveBack.run();
          other.giveBack.run();
        });
  }

  /// A pattern of a resource as policies write it, with `*` and policy variables.
  static String glob(String resource) {
    String any = resource.replaceAll("\\$\\{[^}]*}", "*");
    return any.equals("*") ? ".*" : Pattern.quote(any).replace("*", "\\E[^ ]*\\Q");
  }
}
