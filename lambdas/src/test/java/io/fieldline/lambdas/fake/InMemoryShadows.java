// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fake;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.iotdataplane.IotDataPlaneClient;
import software.amazon.awssdk.services.iotdataplane.model.GetThingShadowRequest;
import software.amazon.awssdk.services.iotdataplane.model.GetThingShadowResponse;
import software.amazon.awssdk.services.iotdataplane.model.ResourceNotFoundException;
import software.amazon.awssdk.services.iotdataplane.model.UpdateThingShadowRequest;
import software.amazon.awssdk.services.iotdataplane.model.UpdateThingShadowResponse;

/// Remembers every update of a shadow; answers the documents that a test put there.
public final class InMemoryShadows implements IotDataPlaneClient {
  private final List<String> updates = new ArrayList<>();
  private final Map<String, String> documents = new HashMap<>();
  private @Nullable RuntimeException nextFailure;

  /// Every update as `<thing>/<shadow> <payload>`.
  public List<String> updates() {
    return updates;
  }

  /// The document of `<thing>/<shadow>`, `<thing>/` for the classic one.
  public void document(String shadow, String json) {
    documents.put(shadow, json);
  }

  /// The next update fails so.
  public void failNext(RuntimeException failure) {
    nextFailure = failure;
  }

  @Override
  public UpdateThingShadowResponse updateThingShadow(UpdateThingShadowRequest request) {
    var failure = nextFailure;
    nextFailure = null;
    if (failure != null) {
      throw failure;
    }
    updates.add(
        request.thingName() + "/" + request.shadowName() + " " + request.payload().asUtf8String());
    return UpdateThingShadowResponse.builder().build();
  }

  @Override
  public GetThingShadowResponse getThingShadow(GetThingShadowRequest request) {
    var name = request.shadowName() == null ? "" : request.shadowName();
    var document = documents.get(request.thingName() + "/" + name);
    if (document == null) {
      throw ResourceNotFoundException.builder().message("No shadow exists").build();
    }
    return GetThingShadowResponse.builder().payload(SdkBytes.fromUtf8String(document)).build();
  }

  @Override
  public String serviceName() {
    return "iotdata";
  }

  @Override
  public void close() {}
}
