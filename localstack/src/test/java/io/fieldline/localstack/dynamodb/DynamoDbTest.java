// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fieldline.localstack.LocalStack;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.*;

/// With the SDK's client, over HTTP.
@SuppressWarnings("unchecked") // the SDK's varargs of consumers
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DynamoDbTest {
  private LocalStack stack;
  private DynamoDbClient db;

  @BeforeAll
  void start() {
    stack = LocalStack.start();
    db =
        DynamoDbClient.builder()
            .endpointOverride(stack.endpoint())
            .region(Region.US_EAST_1)
            .httpClient(UrlConnectionHttpClient.create())
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .build();
  }

  @AfterAll
  void stop() {
    db.close();
    stack.close();
  }

  @BeforeEach
  void makeTable() {
    db.createTable(r ->
        r.tableName("t")
            .billingMode(BillingMode.PAY_PER_REQUEST)
            .attributeDefinitions(
                a -> a.attributeName("pk").attributeType("S"),
                a -> a.attributeName("sk").attributeType("N"),
                a -> a.attributeName("open").attributeType("S"))
            .keySchema(
                k -> k.attributeName("pk").keyType(KeyType.HASH),
                k -> k.attributeName("sk").keyType(KeyType.RANGE))
            .globalSecondaryIndexes(i ->
                i.indexName("byOpen")
                    .keySchema(
                        k -> k.attributeName("open").keyType(KeyType.HASH),
                        k -> k.attributeName("sk").keyType(KeyType.RANGE))
                    .projection(p -> p.projectionType(ProjectionType.KEYS_ONLY))));
  }

  @AfterEach
  void dropTable() {
    db.deleteTable(r -> r.tableName("t"));
  }

  private static AttributeValue s(String text) {
    return AttributeValue.fromS(text);
  }

  private static AttributeValue n(String number) {
    return AttributeValue.fromN(number);
  }

  private static Map<String, AttributeValue> key(String pk, String sk) {
    return Map.of("pk", s(pk), "sk", n(sk));
  }

  private void put(String pk, String sk) {
    db.putItem(r -> r.tableName("t").item(key(pk, sk)));
  }

  private List<String> sortKeys(String condition, Map<String, AttributeValue> values) {
    return db
        .query(r ->
            r.tableName("t").keyConditionExpression(condition).expressionAttributeValues(values))
        .items()
        .stream()
        .map(i -> i.get("sk").n())
        .toList();
  }

  @Test
  void numbersAreOrderedByValue() {
    for (String sk : List.of("10", "9", "-1", "0", "-20.5", "0.001", "1e10", "100")) {
      put("a", sk);
    }

    assertThat(sortKeys("pk = :p", Map.of(":p", s("a"))))
        .containsExactly("-20.5", "-1", "0", "0.001", "9", "10", "100", "10000000000");
    assertThat(
            sortKeys(
                "pk = :p AND sk BETWEEN :a AND :b",
                Map.of(":p", s("a"), ":a", n("-1"), ":b", n("10"))))
        .containsExactly("-1", "0", "0.001", "9", "10");
    assertThat(sortKeys("pk = :p AND sk > :a", Map.of(":p", s("a"), ":a", n("10"))))
        .containsExactly("100", "10000000000");
    assertThat(sortKeys("sk < :a AND pk = :p", Map.of(":p", s("a"), ":a", n("-1"))))
        .containsExactly("-20.5");
  }

  @Test
  void aQueryIsReadInPagesInBothDirections() {
    for (int i = 0; i < 7; i++) {
      put("a", Integer.toString(i));
      put("ab", Integer.toString(i));
    }
    for (boolean forward : List.of(true, false)) {
      var keys =
          db
              .queryPaginator(r ->
                  r.tableName("t")
                      .keyConditionExpression("pk = :p")
                      .expressionAttributeValues(Map.of(":p", s("a")))
                      .scanIndexForward(forward)
                      .limit(3))
              .items()
              .stream()
              .map(i -> i.get("sk").n())
              .toList();
      var expected = List.of("0", "1", "2", "3", "4", "5", "6");
      assertThat(keys).isEqualTo(forward ? expected : expected.reversed());
    }
    assertThat(db.scanPaginator(r -> r.tableName("t").limit(4)).items().stream()).hasSize(14);
  }

  @Test
  void anIndexHoldsOnlyItemsWithItsAttributesAndFollowsThem() {
    put("a", "1");
    db.updateItem(r ->
        r.tableName("t")
            .key(key("a", "2"))
            .updateExpression("SET #o = :o, x = :o")
            .expressionAttributeNames(Map.of("#o", "open"))
            .expressionAttributeValues(Map.of(":o", s("yes"))));

    assertThat(openItems()).containsExactly(Map.of("pk", s("a"), "sk", n("2"), "open", s("yes")));

    db.updateItem(r ->
        r.tableName("t")
            .key(key("a", "2"))
            .updateExpression("REMOVE #o")
            .expressionAttributeNames(Map.of("#o", "open")));
    assertThat(openItems()).isEmpty();
  }

  private List<Map<String, AttributeValue>> openItems() {
    return db.query(r ->
            r.tableName("t")
                .indexName("byOpen")
                .keyConditionExpression("#o = :o AND sk < :max")
                .expressionAttributeNames(Map.of("#o", "open"))
                .expressionAttributeValues(Map.of(":o", s("yes"), ":max", n("9"))))
        .items();
  }

  @Test
  void updatesComputeOnTheItemAsItWas() {
    var values =
        Map.of(
            ":one", n("1"),
            ":list", AttributeValue.fromL(List.of(s("x"), s("y"), s("z"))),
            ":set", AttributeValue.fromSs(List.of("b", "a")));
    db.updateItem(r ->
        r.tableName("t")
            .key(key("u", "1"))
            .updateExpression(
                "SET n1 = if_not_exists(n1, :one) + :one, l1 = :list ADD c1 :one, s1 :set")
            .expressionAttributeValues(values));

    var after =
        db.updateItem(r ->
                r.tableName("t")
                    .key(key("u", "1"))
                    .updateExpression(
                        "SET n2 = n1 - :one REMOVE l1[0], l1[1] DELETE s1 :a ADD c1 :one")
                    .expressionAttributeValues(
                        Map.of(":one", n("1"), ":a", AttributeValue.fromSs(List.of("a"))))
                    .returnValues(ReturnValue.ALL_NEW))
            .attributes();

    assertThat(after)
        .containsEntry("n1", n("2"))
        .containsEntry("n2", n("1"))
        .containsEntry("c1", n("2"))
        .containsEntry("l1", AttributeValue.fromL(List.of(s("z"))))
        .containsEntry("s1", AttributeValue.fromSs(List.of("b")));
  }

  @Test
  void aFailedConditionShowsTheItemIfAsked() {
    put("a", "1");

    var failure =
        catchThrowableOfType(
            ConditionalCheckFailedException.class,
            () ->
                db.putItem(r ->
                    r.tableName("t")
                        .item(key("a", "1"))
                        .conditionExpression("attribute_not_exists(pk)")
                        .returnValuesOnConditionCheckFailure(
                            ReturnValuesOnConditionCheckFailure.ALL_OLD)));

    assertThat(failure).hasMessageContaining("The conditional request failed");
    assertThat(failure.item()).isEqualTo(key("a", "1"));
  }

  @Test
  void aTransactionIsAllOrNothing() {
    put("a", "1");
    var failure =
        catchThrowableOfType(
            TransactionCanceledException.class,
            () ->
                db.transactWriteItems(r ->
                    r.transactItems(
                        i -> i.put(p -> p.tableName("t").item(key("a", "2"))),
                        i ->
                            i.conditionCheck(c ->
                                c.tableName("t")
                                    .key(key("a", "1"))
                                    .conditionExpression("attribute_not_exists(pk)")))));

    assertThat(failure.cancellationReasons().stream().map(CancellationReason::code))
        .containsExactly("None", "ConditionalCheckFailed");
    assertThat(db.getItem(r -> r.tableName("t").key(key("a", "2"))).hasItem()).isFalse();
  }

  @Test
  void wrongExpressionsAreRefusedInAwsWords() {
    refused("size = :v", "Attribute name is a reserved keyword; reserved keyword: size");
    refused("a = ", "Syntax error; token: \"<EOF>\"");
    refused("frob(a)", "Invalid function name; function: frob");
    refused("a = :missing", "value used in expression is not defined; attribute value: :missing");
    refused("attribute_exists(a)", "Value provided in ExpressionAttributeValues unused");
  }

  private void refused(String condition, String message) {
    assertThatThrownBy(() ->
            db.putItem(r ->
                r.tableName("t")
                    .item(key("a", "1"))
                    .conditionExpression(condition)
                    .expressionAttributeValues(Map.of(":v", s("v")))))
        .hasMessageContaining(message);
  }

  @Test
  void whatIsMissingIsRefusedByName() {
    assertThatThrownBy(() -> db.getItem(r -> r.tableName("none").key(key("a", "1"))))
        .isInstanceOf(ResourceNotFoundException.class)
        .hasMessageContaining("Requested resource not found");
    assertThatThrownBy(
            () -> db.getItem(r -> r.tableName("t").key(key("a", "1")).attributesToGet("pk")))
        .hasMessageContaining("does not support the DynamoDB parameter AttributesToGet");
  }
}
