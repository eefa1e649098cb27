// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.value;

import io.fieldline.iotsql.value.Value.Array;
import io.fieldline.iotsql.value.Value.Bool;
import io.fieldline.iotsql.value.Value.Obj;
import io.fieldline.iotsql.value.Value.Text;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Values of every kind.
record RandomValues(Random random) {
  private static final String TEXT_LETTERS = "0123456789.-+eE tTrRuU\"\\€";
  private static final List<String> TEXTS =
      List.of("", "true", "FALSE", "0", "-1.2", "5E-12", "+1", "1.", ".5", " 1", "1e400");

  Value next(int depth) {
    return switch (random.nextInt(depth == 0 ? 8 : 10)) {
      case 0 -> Value.UNDEFINED;
      case 1 -> Value.NULL;
      case 2 -> Bool.of(random.nextBoolean());
      case 3 -> Numbers.whole(new BigInteger(random.nextInt(130), random));
      case 4, 5 -> Numbers.decimal(decimal());
      case 6 -> new Text(TEXTS.get(random.nextInt(TEXTS.size())));
      case 7 -> new Text(letters());
      case 8 -> array(depth - 1);
      default -> object(depth - 1);
    };
  }

  private BigDecimal decimal() {
    var unscaled = new BigInteger(random.nextInt(1, 140), random);
    int scale = random.nextInt(4) == 0 ? random.nextInt(-60, 60) : random.nextInt(12);
    return new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), scale);
  }

  private String letters() {
    var text = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      text.append(TEXT_LETTERS.charAt(random.nextInt(TEXT_LETTERS.length())));
    }
    return text.toString();
  }

  private Value array(int depth) {
    List<Value> elements = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      elements.add(next(depth));
    }
    return new Array(elements);
  }

  private Value object(int depth) {
    Map<String, Value> members = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      members.put(letters(), next(depth));
    }
    return new Obj(members);
  }
}
