// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fleet;

import io.fieldline.lambdas.alarm.MirrorQueue;
import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.tables.Grouping;
import io.fieldline.messages.MessageException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// `/groups/{group}/devices`, and `PUT /devices/{device}/type`. The fleet table is changed first,
/// then AWS IoT, then agents are told, also of what was changed before something failed: what ended
/// in between is healed by asking again.
final class MembershipRoutes {
  /// In one request: more would not be done within the time that the HTTP API waits.
  private static final int MOST = 100;

  private static final int MOST_TOLD = 5;

  private final Memberships memberships;
  private final ThingGroups things;
  private final MirrorQueue mirrors;

  /// @param mirrors is told of whom agents are to know other alarm rules than before
  MembershipRoutes(Memberships memberships, ThingGroups things, MirrorQueue mirrors) {
    this.memberships = memberships;
    this.things = things;
    this.mirrors = mirrors;
  }

  ApiAnswer join(ApiRequest request) throws ApiException {
    var group = GroupRoutes.name(request);
    memberships.requireGroup(group);
    return change(group, List.of(request.path("device")), List.of());
  }

  ApiAnswer leave(ApiRequest request) throws ApiException {
    var group = GroupRoutes.name(request);
    memberships.requireGroup(group);
    return change(group, List.of(), List.of(request.path("device")));
  }

  /// Nothing is done where a device is not there.
  ApiAnswer many(ApiRequest request) throws ApiException {
    var group = GroupRoutes.name(request);
    var body = request.body();
    for (var member : body.members().keySet()) {
      if (!Set.of("add", "remove").contains(member)) {
        throw new ApiException(400, "body: expected add and remove, got '" + member + "'");
      }
    }
    var add = names(body, "add");
    var remove = names(body, "remove");
    var all = new ArrayList<>(add);
    all.addAll(remove);
    if (all.isEmpty() || all.size() > MOST) {
      throw new ApiException(
          400, "body: expected 1 to " + MOST + " devices in add and remove, got " + all.size());
    }
    var seen = new HashSet<String>();
    var twice = all.stream().filter(device -> !seen.add(device)).findFirst();
    if (twice.isPresent()) {
      throw new ApiException(
          400, "body: expected each device once, got '" + twice.get() + "' again");
    }
    memberships.requireGroup(group);
    requireAll(all);
    return change(group, add, remove);
  }

  private void requireAll(List<String> devices) throws ApiException {
    var missing = new ArrayList<String>();
    for (var device : devices) {
      if (memberships.device(device).isEmpty()) {
        missing.add(device);
      }
    }
    if (!missing.isEmpty()) {
      var told = missing.subList(0, Math.min(MOST_TOLD, missing.size()));
      throw new ApiException(
          404,
          "nothing was done: %d of %d devices were never heard or provisioned: %s%s"
              .formatted(
                  missing.size(),
                  devices.size(),
                  String.join(", ", told),
                  missing.size() > MOST_TOLD ? ", …" : ""));
    }
  }

  private ApiAnswer change(String group, List<String> add, List<String> remove)
      throws ApiException {
    int added = 0;
    int removed = 0;
    var changed = new ArrayList<String>();
    try {
      for (var device : add) {
        var thing = thingOf(device, changed);
        added += memberships.join(group, device) ? 1 : 0;
        if (thing.equals(device)) {
          things.add(group, device);
        }
      }
      for (var device : remove) {
        var thing = thingOf(device, changed);
        removed += memberships.leave(group, device) ? 1 : 0;
        if (thing.equals(device)) {
          things.remove(group, device);
        }
      }
    } finally {
      mirrors.tell(changed);
    }
    int unchanged = add.size() + remove.size() - added - removed;
    return ApiAnswer.ok(Map.of("added", added, "removed", removed, "unchanged", unchanged));
  }

  /// Before it is changed: who fails in it may have done it.
  ///
  /// @param changed gets it, too, if the device is there
  private String thingOf(String device, List<String> changed) {
    var thing = memberships.gateway(device);
    thing.ifPresent(changed::add);
    return thing.orElse("");
  }

  private static List<String> names(JsonObject body, String member) throws ApiException {
    var value = body.members().getOrDefault(member, List.of());
    if (!(value instanceof List<?> list)
        || !list.stream().allMatch(one -> one instanceof String name && !name.isEmpty())) {
      throw new ApiException(
          400, "body: /" + member + ": expected a list of devices' names, got " + value);
    }
    return list.stream().map(String.class::cast).toList();
  }

  ApiAnswer type(ApiRequest request) throws ApiException {
    var device = request.path("device");
    String type;
    try {
      type = request.body().text("type");
    } catch (MessageException e) {
      throw new ApiException(400, "body: " + e.getMessage());
    }
    if (!type.isEmpty() && !Grouping.isName(type)) {
      throw new ApiException(
          400, "type: expected " + Grouping.expected() + ", or none, got '" + type + "'");
    }
    var about = memberships.gateway(device).stream().toList();
    try {
      memberships.setType(device, type.isEmpty() ? Optional.empty() : Optional.of(type));
    } finally {
      mirrors.tell(about);
    }
    return ApiAnswer.ok(Map.of("device", device, "type", type));
  }
}
