// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.command;

import io.fieldline.lambdas.alarm.AlarmNotes;
import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.Devices;
import io.fieldline.lambdas.api.FirstRequests;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.messages.MessageException;
import java.util.Map;

/// `POST /devices/{device}/alarms/{rule}/acknowledge` with `{sinceMs}`, and `…/comments` with
/// `{text}`.
final class AlarmRoutes {
  private static final int LONGEST_COMMENT = 2_000;

  private final Devices devices;
  private final FirstRequests requests;
  private final AlarmNotes notes;

  AlarmRoutes(Devices devices, FirstRequests requests, AlarmNotes notes) {
    this.devices = devices;
    this.requests = requests;
    this.notes = notes;
  }

  ApiAnswer acknowledge(ApiRequest request) throws ApiException, MessageException {
    var alarm = alarm(request);
    long sinceMs = sinceMs(request);
    var note = new AlarmNotes.Note(request.person(), request.receivedMs());
    var acknowledged =
        notes
            .acknowledge(alarm, sinceMs, note)
            .orElseThrow(() ->
                new ApiException(
                    409,
                    "sinceMs: expected since when the alarm stands, got "
                        + sinceMs
                        + "; it has been cleared or raised anew meanwhile"));
    return ApiAnswer.ok(
        Map.of(
            "rule", alarm.rule(),
            "sinceMs", sinceMs,
            "acknowledgedMs", Attributes.whole(acknowledged, "ackMs"),
            "acknowledgedBy", Attributes.text(acknowledged, "ackBy").orElse("")));
  }

  private static long sinceMs(ApiRequest request) throws ApiException {
    try {
      return request.body().whole("sinceMs");
    } catch (MessageException e) {
      throw new ApiException(400, "body: " + e.getMessage());
    }
  }

  ApiAnswer comment(ApiRequest request) throws ApiException, MessageException {
    var alarm = alarm(request);
    var text = text(request);
    var first = requests.of(request);
    var note = new AlarmNotes.Note(request.person(), first.atMs());
    notes.comment(alarm, text, note, first.unique());
    return ApiAnswer.ok(
        Map.of(
            "rule", alarm.rule(),
            "kind", "COMMENTED",
            "atMs", note.atMs(),
            "by", note.by(),
            "text", text));
  }

  private static String text(ApiRequest request) throws ApiException {
    try {
      var text = request.body().text("text").strip();
      if (text.isEmpty() || text.length() > LONGEST_COMMENT) {
        throw new ApiException(
            400, "text: expected 1 to " + LONGEST_COMMENT + " characters, got " + text.length());
      }
      return text;
    } catch (MessageException e) {
      throw new ApiException(400, "body: " + e.getMessage());
    }
  }

  private AlarmNotes.Alarm alarm(ApiRequest request) throws ApiException {
    var device = devices.require(request.path("device"));
    var alarm = new AlarmNotes.Alarm(device.thing(), device.name(), request.path("rule"));
    if (notes.state(alarm).isEmpty()) {
      throw new ApiException(
          404, "no alarm of the rule '%s' on '%s'".formatted(alarm.rule(), alarm.device()));
    }
    return alarm;
  }
}
