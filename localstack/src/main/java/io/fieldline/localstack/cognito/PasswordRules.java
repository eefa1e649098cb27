// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cognito;

import io.fieldline.localstack.api.AwsFailure;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cognitoidentityprovider.model.PasswordPolicyType;
import software.amazon.awssdk.services.cognitoidentityprovider.model.UserPoolType;

/// What a pool asks of a password.
final class PasswordRules {
  private PasswordRules() {}

  static void check(UserPoolType pool, String password) {
    @Nullable PasswordPolicyType policy =
        pool.policies() == null ? null : pool.policies().passwordPolicy();
    if (policy == null) {
      require(password.length() >= 8, "Password not long enough");
      return;
    }
    int least = policy.minimumLength() == null ? 8 : policy.minimumLength();
    require(password.length() >= least, "Password not long enough");
    require(
        !on(policy.requireLowercase()) || password.chars().anyMatch(Character::isLowerCase),
        "Password must have lowercase characters");
    require(
        !on(policy.requireUppercase()) || password.chars().anyMatch(Character::isUpperCase),
        "Password must have uppercase characters");
    require(
        !on(policy.requireNumbers()) || password.chars().anyMatch(Character::isDigit),
        "Password must have numeric characters");
    require(
        !on(policy.requireSymbols()) || !password.chars().allMatch(Character::isLetterOrDigit),
        "Password must have symbol characters");
  }

  private static boolean on(@Nullable Boolean flag) {
    return Boolean.TRUE.equals(flag);
  }

  private static void require(boolean fulfilled, String otherwise) {
    if (!fulfilled) {
      throw new AwsFailure(
          "InvalidPasswordException", 400, "Password did not conform with policy: " + otherwise);
    }
  }
}
