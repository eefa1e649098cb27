// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.localstack.api.Principal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyDocumentTest {
  private static final Principal PUMP_ROLE = new Principal.RoleSession("000000000000", "pump", "s");

  @ParameterizedTest
  @CsvSource({
    "arn:aws:s3:::site/*, arn:aws:s3:::site/a/b.js, true",
    "arn:aws:s3:::site/*, arn:aws:s3:::sites/a, false",
    "arn:aws:iot:*:*:topic/fieldline/${iot:ClientId}/live, arn:aws:iot:r:1:topic/fieldline/pump/live, true",
    "arn:aws:iot:*:*:topic/fieldline/${iot:ClientId}/live, arn:aws:iot:r:1:topic/fieldline/fan/live, false",
    "arn:aws:iot:*:*:topic/fieldline/${iot:Unknown}/live, arn:aws:iot:r:1:topic/fieldline//live, false",
    "topic/?, topic/a, true",
    "topic/?, topic/ab, false"
  })
  void aResourceMatchesByWildcardAndVariable(String pattern, String resource, boolean allowed) {
    String policy = allow("*", pattern, "{}");

    Decision decision = decide(policy, "iot:Publish", resource, "iot:ClientId", "pump");

    assertThat(decision.isAllow()).isEqualTo(allowed);
  }

  @Test
  void aVariableHoldingAWildcardIsTakenLiterally() {
    String policy = allow("*", "topic/${iot:ClientId}/x", "{}");

    assertThat(decide(policy, "iot:Publish", "topic/fan/x", "iot:ClientId", "*").isAllow())
        .isFalse();
    assertThat(decide(policy, "iot:Publish", "topic/*/x", "iot:ClientId", "*").isAllow()).isTrue();
  }

  @Test
  void anExplicitDenyWinsAndNamesItsStatement() {
    String deny =
        """
        {"Version":"2012-10-17","Statement":[
          {"Effect":"Allow","Action":"*","Resource":"*"},
          {"Sid":"NoDelete","Effect":"Deny","Action":"dynamodb:Delete*","Resource":"*"}]}
        """;

    Decision decision = decide(deny, "dynamodb:DeleteItem", "t", "k", "v");

    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.ExplicitDeny.class, d -> assertThat(d.by().sid()).isEqualTo("NoDelete"));
  }

  @ParameterizedTest
  @CsvSource({
    "StringEquals, aws:SourceAccount, 1, 1, true",
    "StringEquals, aws:SourceAccount, 1, 2, false",
    "StringNotEquals, aws:SourceAccount, 1, 2, true",
    "StringLike, aws:SourceArn, a*, abc, true",
    "ArnLike, aws:SourceArn, arn:*:rule/x, arn:aws:iot:r:1:rule/x, true",
    "NumericLessThan, n, 10, 9, true",
    "NumericLessThan, n, 10, 10, false",
    "IpAddress, aws:SourceIp, 127.0.0.0/8, 127.0.0.1, true",
    "NotIpAddress, aws:SourceIp, 127.0.0.0/8, 127.0.0.1, false",
    "Bool, aws:SecureTransport, true, true, true",
    "StringEqualsIfExists, missing, 1, , true",
    "StringEquals, missing, 1, , false",
    "ForAllValues:StringEquals, missing, 1, , true"
  })
  void aConditionHoldsByItsOperator(
      String operator, String key, String wanted, String actual, boolean allowed) {
    String condition = "{\"" + operator + "\":{\"" + key + "\":\"" + wanted + "\"}}";
    String policy = allow("*", "*", condition);
    String present = actual == null ? "other" : key;

    Decision decision = decide(policy, "a:b", "r", present, String.valueOf(actual));

    assertThat(decision.isAllow()).isEqualTo(allowed);
  }

  @Test
  void whatIsNoPolicyIsRefusedWithTheReason() {
    assertThatThrownBy(() -> PolicyDocument.parse("{\"Statement\":{\"Effect\":\"allow\"}}"))
        .hasMessageContaining("Effect must be Allow or Deny");
    assertThatThrownBy(() -> PolicyDocument.parse("nonsense"))
        .hasMessageContaining("Syntax errors");
    assertThatThrownBy(
            () -> PolicyDocument.parse(allow("a:b", "*", "{\"StringIs\":{\"k\":\"v\"}}")))
        .hasMessageContaining("Invalid Condition type : StringIs");
  }

  private static String allow(String action, String resource, String condition) {
    return """
    {"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Action":"%s","Resource":"%s","Condition":%s}]}
    """
        .formatted(action, resource, condition);
  }

  private static Decision decide(
      String policy, String action, String resource, String key, String value) {
    var request = new PolicyRequest(PUMP_ROLE, action, resource, Map.of(key, List.of(value)));
    return PolicyDocument.decide(List.of(PolicyDocument.parse(policy)), request);
  }
}
