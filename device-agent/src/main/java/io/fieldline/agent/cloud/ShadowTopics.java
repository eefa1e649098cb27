// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import java.util.List;

/// The topics of one shadow below its prefix. Source: AWS IoT Core developer guide, "Device Shadow
/// MQTT topics".
///
/// @param prefix `$aws/things/<thing>/shadow` or that with `/name/<shadow>`
record ShadowTopics(String prefix) {
  String get() {
    return prefix + "/get";
  }

  String getAccepted() {
    return prefix + "/get/accepted";
  }

  String update() {
    return prefix + "/update";
  }

  String updateAccepted() {
    return prefix + "/update/accepted";
  }

  String updateRejected() {
    return prefix + "/update/rejected";
  }

  String delta() {
    return prefix + "/update/delta";
  }

  /// What a device that obeys and reports listens to.
  List<String> obeyed() {
    return List.of(getAccepted(), delta(), updateAccepted(), updateRejected());
  }

  /// What a device that only obeys listens to.
  List<String> followed() {
    return List.of(getAccepted(), delta());
  }
}
