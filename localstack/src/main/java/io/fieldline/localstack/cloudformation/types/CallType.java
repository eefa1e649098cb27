// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation.types;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.cloudformation.ResourceType;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A resource type put together from three calls. A type without a call to change it is replaced by
/// any change; else by a change of the properties named.
final class CallType implements ResourceType {
  /// Changes a resource in place.
  @FunctionalInterface
  interface Change {
    Made apply(Wanted wanted, String physicalId, JsonNode oldProperties);
  }

  private final Function<Wanted, Made> create;
  private final @Nullable Change change;
  private final BiConsumer<Wanted, String> delete;
  private final Set<String> replacing;

  private CallType(
      Function<Wanted, Made> create,
      @Nullable Change change,
      BiConsumer<Wanted, String> delete,
      Set<String> replacing) {
    this.create = create;
    this.change = change;
    this.delete = delete;
    this.replacing = replacing;
  }

  static CallType replacedByAnyChange(
      Function<Wanted, Made> create, BiConsumer<Wanted, String> delete) {
    return new CallType(create, null, delete, Set.of());
  }

  static CallType of(
      Function<Wanted, Made> create,
      Change change,
      BiConsumer<Wanted, String> delete,
      String... replacing) {
    return new CallType(create, change, delete, Set.of(replacing));
  }

  @Override
  public Made create(Wanted wanted) {
    return create.apply(wanted);
  }

  @Override
  public Made update(Wanted wanted, String physicalId, JsonNode oldProperties) {
    if (change == null) {
      throw AwsFailure.validationError(wanted.type() + " cannot be changed in place");
    }
    return change.apply(wanted, physicalId, oldProperties);
  }

  @Override
  public void delete(Wanted wanted, String physicalId) {
    delete.accept(wanted, physicalId);
  }

  @Override
  public boolean replacedBy(Set<String> changedProperties) {
    return change == null || changedProperties.stream().anyMatch(replacing::contains);
  }
}
