// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import io.fieldline.agent.command.CommandRouter;
import io.fieldline.agent.json.JsonText;
import io.fieldline.agent.spool.Gap;
import io.fieldline.messages.Takes;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// What is reported in the classic shadow: how the actuators are, which there are and what each
/// takes, and what the spool has lost.
final class DeviceState {
  private static final Logger LOG = System.getLogger(DeviceState.class.getName());

  /// Of the 8 KB that a shadow has, a quarter is for what others write into it. Source: AWS IoT
  /// Core endpoints and quotas, "Maximum size of a JSON state document".
  private static final int MOST_BYTES = 6 * 1024;

  private final CommandRouter router;
  private final Supplier<Gap> gap;
  private volatile List<String> leftOut = List.of();

  DeviceState(CommandRouter router, Supplier<Gap> gap) {
    this.router = router;
    this.gap = gap;
  }

  Map<String, Object> document() {
    Map<String, Object> reported = new LinkedHashMap<>(router.states());
    Gap lost = gap.get();
    if (lost.readings() > 0) {
      reported.put(
          "lostReadings",
          Map.of(
              "count",
              lost.readings(),
              "recent",
              lost.recent().stream().map(DeviceState::stretch).toList()));
    }
    List<Object> actuators = actuators(MOST_BYTES - bytes(reported));
    if (!actuators.isEmpty()) {
      reported.put(Takes.REPORTED, actuators);
    }
    return reported;
  }

  private static Map<String, Object> stretch(Gap.Stretch lost) {
    return Map.of(
        "count",
        lost.readings(),
        "fromMs",
        lost.fromMs(),
        "toMs",
        lost.toMs(),
        "cause",
        lost.cause().name().toLowerCase(Locale.ROOT));
  }

  /// Those for which there is room: an update that is too large would be refused with the states
  /// that are in it.
  private List<Object> actuators(int room) {
    List<Object> actuators = new ArrayList<>();
    List<String> others = new ArrayList<>();
    int left = room - bytes(Map.of(Takes.REPORTED, actuators));
    for (Map.Entry<String, Optional<Takes>> each : router.takes().entrySet()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", each.getKey());
      each.getValue().map(Takes::members).ifPresent(one::putAll);
      left -= bytes(one) + 1;
      if (left >= 0) {
        actuators.add(one);
      } else {
        others.add(each.getKey());
      }
    }
    if (!others.isEmpty() && !others.equals(leftOut)) {
      LOG.log(Level.WARNING, "no room in the shadow for what these take: actuators={0}", others);
    }
    leftOut = List.copyOf(others);
    return actuators;
  }

  private static int bytes(Map<String, Object> members) {
    return JsonText.write(members).getBytes(StandardCharsets.UTF_8).length;
  }
}
