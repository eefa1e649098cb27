// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.command;

import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.Devices;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.messages.LiveRequest;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.Topics;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.iotdataplane.IotDataPlaneClient;

/// `POST /devices/{device}/live`: asks the thing for live values for the next minute.
final class LiveRoute {
  private static final long WATCHED_MS = 60_000;

  private final Devices devices;
  private final IotDataPlaneClient shadows;

  LiveRoute(Devices devices, IotDataPlaneClient shadows) {
    this.devices = devices;
    this.shadows = shadows;
  }

  ApiAnswer answer(ApiRequest request) throws ApiException, MessageException {
    var thing = devices.require(request.path("device")).thing();
    var live = new LiveRequest(request.receivedMs() + WATCHED_MS);
    var desired = JsonObject.parse(MessageCodec.encode(live)).members();
    var state = Map.<String, Object>of("state", Map.of("desired", desired));
    shadows.updateThingShadow(update ->
        update
            .thingName(thing)
            .shadowName(Topics.LIVE_SHADOW)
            .payload(SdkBytes.fromByteArray(JsonObject.write(state))));
    return ApiAnswer.ok(Map.of("untilMs", live.untilMs()));
  }
}
