// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.store.Store;
import java.util.Optional;
import org.h2.mvstore.MVMap;
import software.amazon.awssdk.services.lambda.model.*;

/// The resource policy of each function, version and alias: who may invoke it.
///
/// Source: Lambda Developer Guide, "Using resource-based policies for Lambda".
final class Permissions {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final MVMap<String, String> policies;
  private final FunctionRecords records;

  Permissions(Store store, FunctionRecords records) {
    this.policies = store.map("lambda/policies", String.class);
    this.records = records;
  }

  void register(Api api) {
    api.on(AddPermissionRequest.class, this::add)
        .resource(r -> records.arn(FunctionName.of(r.functionName(), r.qualifier())));
    api.on(RemovePermissionRequest.class, this::remove)
        .resource(r -> records.arn(FunctionName.of(r.functionName(), r.qualifier())));
    api.on(GetPolicyRequest.class, this::get)
        .resource(r -> records.arn(FunctionName.of(r.functionName(), r.qualifier())));
  }

  /// The policy of exactly what was named: a grant on the function is none on its alias.
  Optional<String> policy(FunctionName name) {
    return Optional.ofNullable(policies.get(records.arn(name)));
  }

  void forget(String function) {
    String arn = records.arn(function, null);
    for (String key : java.util.List.copyOf(policies.keySet())) {
      if (key.equals(arn) || key.startsWith(arn + ":")) {
        policies.remove(key);
      }
    }
  }

  private AddPermissionResponse add(AddPermissionRequest request) {
    FunctionName name = FunctionName.of(request.functionName(), request.qualifier());
    records.get(name);
    ObjectNode policy = read(name);
    ArrayNode statements = (ArrayNode) policy.get("Statement");
    for (var statement : statements) {
      if (statement.path("Sid").asText().equals(request.statementId())) {
        throw new AwsFailure(
            "ResourceConflictException",
            409,
            "The statement id (%s) provided already exists. Please provide a new statement id, or"
                    .formatted(request.statementId())
                + " remove the existing statement.");
      }
    }
    ObjectNode statement = statement(request, records.arn(name));
    statements.add(statement);
    policies.put(records.arn(name), policy.toString());
    return AddPermissionResponse.builder().statement(statement.toString()).build();
  }

  private static ObjectNode statement(AddPermissionRequest request, String arn) {
    ObjectNode statement =
        JSON.createObjectNode().put("Sid", request.statementId()).put("Effect", "Allow");
    String principal = request.principal();
    if (principal.endsWith(".amazonaws.com")) {
      statement.putObject("Principal").put("Service", principal);
    } else if (principal.equals("*")) {
      statement.put("Principal", "*");
    } else {
      statement.putObject("Principal").put("AWS", principal);
    }
    statement.put("Action", request.action()).put("Resource", arn);
    if (request.sourceArn() != null || request.sourceAccount() != null) {
      ObjectNode condition = statement.putObject("Condition");
      if (request.sourceAccount() != null) {
        condition.putObject("StringEquals").put("AWS:SourceAccount", request.sourceAccount());
      }
      if (request.sourceArn() != null) {
        condition.putObject("ArnLike").put("AWS:SourceArn", request.sourceArn());
      }
    }
    return statement;
  }

  private RemovePermissionResponse remove(RemovePermissionRequest request) {
    FunctionName name = FunctionName.of(request.functionName(), request.qualifier());
    ObjectNode policy = read(name);
    ArrayNode statements = (ArrayNode) policy.get("Statement");
    for (int i = 0; i < statements.size(); i++) {
      if (statements.get(i).path("Sid").asText().equals(request.statementId())) {
        statements.remove(i);
        store(name, policy, statements);
        return RemovePermissionResponse.builder().build();
      }
    }
    throw AwsFailure.notFound(
        "Statement " + request.statementId() + " is not found in resource policy.");
  }

  private void store(FunctionName name, ObjectNode policy, ArrayNode statements) {
    if (statements.isEmpty()) {
      policies.remove(records.arn(name));
    } else {
      policies.put(records.arn(name), policy.toString());
    }
  }

  private GetPolicyResponse get(GetPolicyRequest request) {
    FunctionName name = FunctionName.of(request.functionName(), request.qualifier());
    return GetPolicyResponse.builder()
        .policy(
            policy(name)
                .orElseThrow(
                    () -> AwsFailure.notFound("The resource you requested does not exist.")))
        .build();
  }

  private ObjectNode read(FunctionName name) {
    try {
      String text = policies.get(records.arn(name));
      if (text != null) {
        return (ObjectNode) JSON.readTree(text);
      }
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    ObjectNode policy = JSON.createObjectNode().put("Version", "2012-10-17").put("Id", "default");
    policy.putArray("Statement");
    return policy;
  }
}
