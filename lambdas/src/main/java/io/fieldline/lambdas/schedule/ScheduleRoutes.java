// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.schedule;

import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.Devices;
import io.fieldline.lambdas.api.Groups;
import io.fieldline.lambdas.api.Lists;
import io.fieldline.lambdas.api.Precondition;
import io.fieldline.lambdas.dispatch.Wanted;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.scheduler.ScheduledCommand;
import io.fieldline.lambdas.scheduler.Schedules;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Listing;
import io.fieldline.messages.MessageException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.scheduler.model.ValidationException;

/// `/schedules`: a command to devices at a time, or by the calendar.
final class ScheduleRoutes {
  /// They are looked up one by one.
  private static final int MOST_NAMES = 100;

  private static final int LONGEST_DESCRIPTION = 512;
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss");

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final Schedules schedules;
  private final Devices devices;
  private final Groups groups;

  ScheduleRoutes(DynamoDbClient tables, String fleetTable, Schedules schedules) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.schedules = schedules;
    this.devices = new Devices(tables, fleetTable);
    this.groups = new Groups(tables, fleetTable);
  }

  ApiAnswer put(ApiRequest request) throws ApiException, MessageException {
    var name = request.path("schedule");
    if (!name.matches("[0-9a-zA-Z_.-]{1,64}")) {
      throw new ApiException(
          400, "schedule: expected 1 to 64 letters, digits, '_', '-' or '.', got '" + name + "'");
    }
    var command = command(request);
    for (var device : command.devices()) {
      devices.require(device);
    }
    for (var group : command.groups()) {
      groups.require(group);
    }
    var precondition = Precondition.of(request);
    var before = schedules.read(name);
    precondition.check(before.tagged());
    try {
      var now =
          schedules.put(
              name,
              command,
              request.person(),
              request.receivedMs(),
              precondition.isNone() ? Optional.empty() : Optional.of(before));
      return tagged(now, command);
    } catch (ConditionalCheckFailedException changedMeanwhile) {
      throw Precondition.failed("expected the schedule as it was read, got one just changed");
    } catch (ValidationException e) {
      schedules.takeBack(name, command, before);
      throw new ApiException(400, "EventBridge Scheduler: " + e.awsErrorDetails().errorMessage());
    }
  }

  private static ApiAnswer tagged(Schedules.Kept kept, ScheduledCommand command) {
    return ApiAnswer.ok(view(kept.item(), command))
        .tagged(Precondition.etag(kept.tagged().orElseThrow()));
  }

  private static ScheduledCommand command(ApiRequest request)
      throws ApiException, MessageException {
    var body = request.body();
    try {
      body.only(
          "at",
          "cron",
          "timeZone",
          "enabled",
          "description",
          "devices",
          "groups",
          "actuator",
          "value",
          "validForMs");
      var zone = zone(body.optionalText("timeZone").orElse("UTC"));
      boolean isEnabled = !body.has("enabled") || body.flag("enabled");
      var expression = expression(body, zone, isEnabled ? request.receivedMs() : 0);
      var devices = body.texts("devices").stream().distinct().toList();
      var groups = body.texts("groups").stream().distinct().toList();
      int many = devices.size() + groups.size();
      if (many < 1 || many > MOST_NAMES) {
        throw new MessageException(
            "/devices, /groups: expected 1 to " + MOST_NAMES + " of both, got " + many);
      }
      return new ScheduledCommand(
          expression, zone.getId(), isEnabled, description(body), devices, groups, Wanted.of(body));
    } catch (MessageException e) {
      throw new ApiException(400, "body: " + e.getMessage());
    }
  }

  private static ZoneId zone(String name) throws MessageException {
    if (name.equals("UTC") || ZoneId.getAvailableZoneIds().contains(name)) {
      return ZoneId.of(name);
    }
    throw new MessageException(
        "/timeZone: expected a name of the time zone database like Europe/Berlin, got " + name);
  }

  /// @param nowMs before which it may not be
  private static String expression(JsonObject body, ZoneId zone, long nowMs)
      throws MessageException {
    if (body.has("at") == body.has("cron")) {
      throw new MessageException("expected either /at or /cron");
    }
    if (body.has("cron")) {
      var fields = body.text("cron").strip();
      if (fields.split("\\s+").length != 6) {
        throw new MessageException(
            "/cron: expected minutes, hours, day of the month, month, day of the week and year,"
                + " like 30 6 ? * MON-FRI *, got "
                + fields);
      }
      return "cron(" + fields + ")";
    }
    try {
      var at = LocalDateTime.parse(body.text("at")).withNano(0);
      var offsets = zone.getRules().getValidOffsets(at);
      if (offsets.isEmpty()) {
        throw new MessageException("/at: there is no such time in " + zone + ": " + at);
      }
      if (at.toInstant(offsets.getFirst()).toEpochMilli() <= nowMs) {
        throw new MessageException(
            "/at: expected a time that comes, got "
                + at
                + " in "
                + zone
                + ", it is "
                + Instant.ofEpochMilli(nowMs));
      }
      return "at(" + SECONDS.format(at) + ")";
    } catch (DateTimeParseException e) {
      throw new MessageException(
          "/at: expected a time like 2026-12-01T06:30:00, got " + body.text("at"));
    } catch (DateTimeException e) {
      throw new MessageException("/at: " + e.getMessage());
    }
  }

  private static Optional<String> description(JsonObject body) throws MessageException {
    var text = body.optionalText("description").map(String::strip).filter(t -> !t.isEmpty());
    if (text.isPresent() && text.get().length() > LONGEST_DESCRIPTION) {
      throw new MessageException(
          "/description: expected at most "
              + LONGEST_DESCRIPTION
              + " characters, got "
              + text.get().length());
    }
    return text;
  }

  private static Map<String, Object> view(
      Map<String, AttributeValue> item, ScheduledCommand command) {
    var json = command.json();
    json.put("schedule", Attributes.text(item, "sk").orElse(""));
    json.put("by", Attributes.text(item, "by").orElse(""));
    json.put("changedMs", Attributes.whole(item, "changedMs"));
    return json;
  }

  ApiAnswer get(ApiRequest request) throws ApiException {
    var name = request.path("schedule");
    var kept = schedules.read(name);
    return tagged(kept, kept.command().orElseThrow(() -> none(name)));
  }

  private static ApiException none(String name) {
    return new ApiException(404, "no schedule '" + name + "'");
  }

  /// One that was being made when its request ended is not there yet.
  ApiAnswer list(ApiRequest request) throws ApiException {
    var listing = new Listing(FleetKeys.SCHEDULES, "", false);
    var page = Lists.page(tables, fleetTable, listing, _ -> true, request);
    var views = new ArrayList<Map<String, Object>>();
    for (var item : page.items()) {
      schedules
          .get(Attributes.text(item, "sk").orElseThrow())
          .ifPresent(command -> views.add(view(item, command)));
    }
    return Lists.answer("schedules", views, page.next());
  }

  /// What it came to stays for its time.
  ApiAnswer delete(ApiRequest request) throws ApiException {
    var name = request.path("schedule");
    if (!schedules.delete(name)) {
      throw none(name);
    }
    return ApiAnswer.ok(Map.of());
  }
}
