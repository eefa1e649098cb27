// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.control;

import io.fieldline.agent.json.JsonText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Answers as text for people.
final class TextView {
  private TextView() {}

  /// An item as lines; empty for one that says nothing to a person.
  static String item(Subcommand subcommand, Map<String, Object> item) {
    if (item.containsKey("leftOut")) {
      return "… "
          + item.get("leftOut")
          + " readings left out: they came faster than they were shown\n";
    }
    return switch (subcommand) {
      case QUEUE_PEEK -> batch(item);
      case TAIL -> item.containsKey("listening") ? "" : reading(item);
      default -> tree(item, "");
    };
  }

  private static String batch(Map<String, Object> item) {
    var text = new StringBuilder();
    text.append(
        "%s %s firstSeq %s, %s bytes%n"
            .formatted(
                item.get("lane"), item.get("device"), item.get("firstSeq"), item.get("bytes")));
    for (Map<String, Object> reading : objects(item.get("readings"))) {
      text.append(
          "  %s  %s = %s %s"
              .formatted(
                  reading.get("at"),
                  reading.get("sensor"),
                  reading.get("value"),
                  reading.get("unit"))
              .stripTrailing());
      text.append('\n');
    }
    return text.toString();
  }

  private static String reading(Map<String, Object> item) {
    return "%s  %s/%s = %s %s%n"
            .formatted(
                item.get("at"),
                item.get("device"),
                item.get("sensor"),
                item.get("value"),
                item.get("unit"))
            .stripTrailing()
        + "\n";
  }

  static String done(Subcommand subcommand, Map<String, Object> last) {
    return switch (subcommand) {
      case STATUS -> status(last);
      case CONFIG_CHECK -> check(last);
      case CONFIG_DIFF -> diff(last);
      case CONFIG_RELOAD -> reload(last);
      default -> tree(last, "");
    };
  }

  private static String check(Map<String, Object> checked) {
    if (Boolean.TRUE.equals(checked.get("valid"))) {
      return checked.get("file") + ": valid\n";
    }
    return lines(checked.get("problems"), "");
  }

  private static String diff(Map<String, Object> last) {
    List<Map<String, Object>> changes = objects(last.get("changes"));
    if (changes.isEmpty()) {
      return last.get("file") + ": the agent works with it as it is\n";
    }
    var text = new StringBuilder();
    boolean isNew = false;
    boolean restart = false;
    for (Map<String, Object> change : changes) {
      boolean remote = change.get("shadow") != JsonText.NULL;
      isNew |= !remote;
      restart |= !remote && "restart".equals(change.get("changedBy"));
      text.append(
          "%s: file %s, %sin force %s%n"
              .formatted(
                  change.get("key"),
                  orNone(change.get("file")),
                  remote ? "shadow " + orNone(change.get("shadow")) + ", " : "",
                  orNone(change.get("inForce"))));
    }
    if (restart) {
      text.append("restart the agent to take the file\n");
    } else if (isNew) {
      text.append("agentctl config reload takes the file\n");
    }
    return text.toString();
  }

  private static String orNone(@Nullable Object value) {
    return value == null || value == JsonText.NULL ? "(none)" : String.valueOf(value);
  }

  private static String reload(Map<String, Object> last) {
    String changed = lines(last.get("changed"), "  ");
    return last.get("file")
        + (changed.isEmpty() ? ": nothing is new\n" : ": taken, changed\n" + changed);
  }

  private static String status(Map<String, Object> status) {
    var text = new StringBuilder();
    text.append(
        "%s (stage %s), version %s, up %s, process %s%n"
            .formatted(
                status.get("thing"),
                status.get("stage"),
                status.get("version"),
                duration(status.get("uptimeSeconds")),
                status.get("pid")));
    JsonText.object(status.get("image"))
        .filter(image -> image.containsKey("version"))
        .ifPresent(image ->
            text.append(
                "image  %s in slot %s%n".formatted(image.get("version"), image.get("slot"))));
    String problems = lines(status.get("problems"), "  ! ");
    text.append(problems.isEmpty() ? "no problem is known\n" : "problems\n" + problems);
    Map<String, Object> link = JsonText.object(status.get("link")).orElse(Map.of());
    text.append(
        "link  %s to %s for %s, session %s%n"
            .formatted(
                Boolean.TRUE.equals(link.get("connected")) ? "connected" : "not connected",
                link.get("endpoint"),
                duration(link.get("sinceSeconds")),
                link.get("sessions")));
    JsonText.object(link.get("lastTrouble"))
        .ifPresent(trouble ->
            text.append(
                "  last trouble  %s at %s%n".formatted(trouble.get("cause"), trouble.get("at"))));
    text.append("spool\n").append(tree(status.get("spool"), "  "));
    text.append("sources\n");
    for (Map<String, Object> source : objects(status.get("sources"))) {
      text.append(
          "  %-24s %-8s %s readings, last %s%s%n"
              .formatted(
                  source.get("name"),
                  source.get("state"),
                  source.get("readings"),
                  source.getOrDefault("lastReadingAt", "never"),
                  source.containsKey("lastError")
                      ? "; " + source.get("refusals") + " refused, last: " + source.get("lastError")
                      : ""));
    }
    for (Map<String, Object> loop : objects(status.get("loops"))) {
      if (loop.containsKey("lastFailure")) {
        text.append(
            "loop  %s failed %s times, last at %s: %s%n"
                .formatted(
                    loop.get("name"),
                    loop.get("restarts"),
                    loop.get("lastFailureAt"),
                    loop.get("lastFailure")));
      }
    }
    text.append("certificate\n").append(tree(status.get("certificate"), "  "));
    return text.toString();
  }

  private static String duration(@Nullable Object seconds) {
    if (!(seconds instanceof Number number)) {
      return "?";
    }
    Duration time = Duration.ofSeconds(number.longValue());
    if (time.toDays() > 0) {
      return time.toDays() + " d " + time.toHoursPart() + " h";
    }
    return time.toHours() > 0
        ? time.toHours() + " h " + time.toMinutesPart() + " min"
        : time.toMinutes() > 0
            ? time.toMinutes() + " min " + time.toSecondsPart() + " s"
            : time.toSeconds() + " s";
  }

  private static String lines(@Nullable Object list, String prefix) {
    var text = new StringBuilder();
    if (list instanceof List<?> elements) {
      elements.forEach(each -> text.append(prefix).append(each).append('\n'));
    }
    return text.toString();
  }

  private static List<Map<String, Object>> objects(@Nullable Object list) {
    List<Map<String, Object>> objects = new ArrayList<>();
    if (list instanceof List<?> elements) {
      elements.forEach(each -> JsonText.object(each).ifPresent(objects::add));
    }
    return objects;
  }

  /// Any document: a name and its value a line, deeper ones indented.
  private static String tree(@Nullable Object value, String indent) {
    var text = new StringBuilder();
    JsonText.object(value)
        .ifPresent(members ->
            members.forEach((name, member) -> {
              boolean isDeep = JsonText.object(member).isPresent() || member instanceof List<?>;
              text.append(indent).append(name);
              if (member instanceof List<?> list) {
                text.append('\n');
                for (Object each : list) {
                  text.append(
                      JsonText.object(each).isPresent()
                          ? tree(each, indent + "  ")
                          : indent + "  " + each + "\n");
                }
              } else if (isDeep) {
                text.append('\n').append(tree(member, indent + "  "));
              } else {
                text.append("  ").append(member == JsonText.NULL ? "-" : member).append('\n');
              }
            }));
    return text.toString();
  }
}
