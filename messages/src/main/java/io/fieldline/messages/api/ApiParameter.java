// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages.api;

/// What a request may carry beside path and body. Each is described in the document's
/// `components/parameters`, under its own name where no part of a path has that.
public enum ApiParameter {
  /// How many of a list at most.
  LIMIT("limit"),
  /// Where a list goes on.
  CURSOR("cursor"),
  /// From when, epoch milliseconds.
  FROM_MS("fromMs"),
  /// Until when, epoch milliseconds.
  TO_MS("toMs"),
  /// One sensor only.
  SENSOR("sensor"),
  /// CSV, or JSON lines.
  FORMAT("format"),
  /// Readings, or what they were merged to.
  RESOLUTION("resolution"),
  /// One kind only.
  KIND("kind"),
  /// One status only.
  STATUS("status"),
  /// Which month.
  MONTH("month"),
  /// Devices of one group only.
  GROUP("group", "ofGroup"),
  /// Devices of one type only.
  TYPE("type", "ofType"),
  /// Only if it is still what was read.
  IF_MATCH("If-Match"),
  /// Only if there is none.
  IF_NONE_MATCH("If-None-Match"),
  /// Under which a request may be sent again.
  IDEMPOTENCY_KEY("Idempotency-Key");

  private final String wireName;
  private final String component;

  ApiParameter(String wireName) {
    this(wireName, wireName);
  }

  ApiParameter(String wireName, String component) {
    this.wireName = wireName;
    this.component = component;
  }

  /// As it stands in a request.
  public String wireName() {
    return wireName;
  }

  /// Its name among the document's components.
  public String component() {
    return component;
  }
}
