// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Desired in the named shadow `alarms`: the alarm rules that are about the devices of a thing, so
/// that its agent publishes at once what turns one of them. The backend alone raises alarms.
///
/// @param rules those that are understood
/// @param leftOut how many more there are that found no room, counted on each device
/// @param notUnderstood why a rule is not understood, by its name or, without one, its place
public record AlarmMirror(
    List<MirroredRule> rules, int leftOut, Map<String, String> notUnderstood) {
  /// How much of a shadow the rules may take. What the device reports of them stays far below the
  /// rest.
  ///
  /// Source: AWS IoT Core quotas, Device Shadow: 8 KB a document.
  static final int MOST_BYTES = 6_000;

  /// Nothing to look for.
  public static final AlarmMirror NONE = new AlarmMirror(List.of(), 0, Map.of());

  private static final int QUOTES_AND_COMMA = 3;

  /// Counts from 0.
  public AlarmMirror {
    rules = List.copyOf(rules);
    notUnderstood = Map.copyOf(notUnderstood);
    Checks.count("leftOut", leftOut);
  }

  /// As many of these as a shadow has room for, the first ones first.
  public static AlarmMirror of(List<MirroredRule> all) {
    var rules = new ArrayList<MirroredRule>();
    int leftOut = 0;
    int bytes = MessageCodec.encode(new AlarmMirror(List.of(), Integer.MAX_VALUE, Map.of())).length;
    for (var rule : all) {
      var first =
          new MirroredRule(rule.name(), rule.condition(), List.of(rule.devices().getFirst()));
      int taken = 1 + JsonOut.bytes(out -> AlarmRuleJson.write(out, first)).length;
      var devices = new ArrayList<String>();
      for (var device : rule.devices()) {
        int more =
            devices.isEmpty()
                ? 0
                : device.getBytes(StandardCharsets.UTF_8).length + QUOTES_AND_COMMA;
        if (bytes + taken + more > MOST_BYTES) {
          break;
        }
        taken += more;
        devices.add(device);
      }
      leftOut += rule.devices().size() - devices.size();
      if (!devices.isEmpty()) {
        bytes += taken;
        rules.add(new MirroredRule(rule.name(), rule.condition(), devices));
      }
    }
    return new AlarmMirror(rules, leftOut, Map.of());
  }
}
