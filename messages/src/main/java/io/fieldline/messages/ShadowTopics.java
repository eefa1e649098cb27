// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

/// The topics of one shadow.
///
/// Source: AWS IoT Core Developer Guide, Device Shadow MQTT topics.
///
/// @param prefix what all of them begin with, without a slash at its end
public record ShadowTopics(String prefix) {
  /// Asks for the whole document.
  public String get() {
    return prefix + "/get";
  }

  /// The whole document comes here.
  public String getAccepted() {
    return get() + "/accepted";
  }

  /// Why the document did not come, for example that there is none.
  public String getRejected() {
    return get() + "/rejected";
  }

  /// Changes the document.
  public String update() {
    return prefix + "/update";
  }

  /// Changes that were taken.
  public String updateAccepted() {
    return update() + "/accepted";
  }

  /// Changes that were not.
  public String updateRejected() {
    return update() + "/rejected";
  }

  /// What is desired and not reported.
  public String updateDelta() {
    return update() + "/delta";
  }

  /// The whole document before and after each change.
  public String updateDocuments() {
    return update() + "/documents";
  }
}
