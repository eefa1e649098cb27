// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.wire;

import java.lang.reflect.InvocationTargetException;
import software.amazon.awssdk.awscore.AwsRequest;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/// The SDK's model objects, made and filled by their fields.
final class Pojos {
  private Pojos() {}

  static SdkPojo builder(Class<?> requestType) {
    try {
      return (SdkPojo) requestType.getMethod("builder").invoke(null);
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(requestType + " has no builder", e);
    }
  }

  static Object build(SdkPojo builder) {
    return ((SdkBuilder<?, ?>) builder).build();
  }

  static AwsRequest request(SdkPojo builder) {
    return (AwsRequest) build(builder);
  }

  @SuppressWarnings("unchecked")
  static void set(SdkField<?> field, SdkPojo builder, Object value) {
    ((SdkField<Object>) field).set(builder, value);
  }

  static SdkField<?> memberOf(SdkField<?> list) {
    return list.getTrait(ListTrait.class).memberFieldInfo();
  }

  static SdkField<?> valueOf(SdkField<?> map) {
    return map.getTrait(MapTrait.class).valueFieldInfo();
  }
}
