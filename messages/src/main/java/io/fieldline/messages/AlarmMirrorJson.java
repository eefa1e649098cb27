// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Mirrored alarm rules to JSON and back. Each rule is read by itself: one of a later backend,
/// whose kind an agent does not know, costs that rule alone.
final class AlarmMirrorJson {
  private AlarmMirrorJson() {}

  static void write(JsonGenerator out, AlarmMirror mirror) throws IOException {
    out.writeStartObject();
    if (!mirror.rules().isEmpty()) {
      out.writeArrayFieldStart("rules");
      for (var rule : mirror.rules()) {
        AlarmRuleJson.write(out, rule);
      }
      out.writeEndArray();
    }
    if (mirror.leftOut() > 0) {
      out.writeNumberField("leftOut", mirror.leftOut());
    }
    out.writeEndObject();
  }

  static AlarmMirror read(JsonIn in) throws IOException {
    var draft =
        new Object() {
          @Nullable List<byte[]> rules;
          long leftOut;
        };
    in.object(name -> {
      switch (name) {
        case "rules" -> draft.rules = elements(in);
        case "leftOut" -> draft.leftOut = in.whole();
        default -> {}
      }
    });
    var rules = new ArrayList<MirroredRule>();
    var notUnderstood = new LinkedHashMap<String, String>();
    var texts = in.required(draft.rules, "rules");
    for (int i = 0; i < texts.size(); i++) {
      try {
        rules.add(JsonIn.read(texts.get(i), AlarmRuleJson::readMirrored));
      } catch (MessageException e) {
        notUnderstood.put(name(texts.get(i), "rules/" + i), String.valueOf(e.getMessage()));
      }
    }
    if (texts.isEmpty()) {
      throw Checks.wrong("rules", "1 rule or more", "none");
    }
    return new AlarmMirror(
        rules, (int) Math.min(draft.leftOut, Integer.MAX_VALUE), Map.copyOf(notUnderstood));
  }

  private static List<byte[]> elements(JsonIn in) throws IOException {
    var elements = new ArrayList<byte[]>();
    in.array(_ -> elements.add(in.raw()));
    return elements;
  }

  private static String name(byte[] rule, String place) {
    var named =
        new Object() {
          String name = place;
        };
    try {
      return JsonIn.read(
          rule,
          in -> {
            in.object(member -> {
              if (member.equals("name")) {
                named.name = Checks.name("name", in.text());
              }
            });
            return named.name;
          });
    } catch (MessageException noName) {
      return place;
    }
  }
}
