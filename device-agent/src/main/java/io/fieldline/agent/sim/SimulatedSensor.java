// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.sim;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A sensor that every device of the fleet has, written `NAME=MODEL(NUMBERS) [UNIT]`.
record SimulatedSensor(String name, SensorModel model, String unit) {
  static final String EXPECTED =
      "NAME=MODEL [UNIT] with MODEL one of sine(MEAN,SWING,PERIOD[,NOISE]), walk(FROM,STEP),"
          + " square(LOW,HIGH,PERIOD), counter(STEP)";

  private static final Pattern FORM =
      Pattern.compile("([a-zA-Z0-9:_-]{1,128})=([a-z]+)\\(([^()]*)\\)(?:\\s+(\\S{1,64}))?");

  /// Source: the command line's option `--sensor`.
  static SimulatedSensor parse(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      throw new FleetException(EXPECTED + " expected, got '" + text + "'");
    }
    String unit = form.group(4) == null ? "" : form.group(4);
    String[] numbers = form.group(3).split(",", -1);
    try {
      return new SimulatedSensor(form.group(1), model(form.group(2), numbers), unit);
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      throw new FleetException(EXPECTED + " expected, got '" + text + "'");
    }
  }

  private static SensorModel model(String name, String[] n) {
    return switch (name.toLowerCase(Locale.ROOT) + "/" + n.length) {
      case "sine/3" -> new SensorModel.Sine(number(n[0]), number(n[1]), Durations.parse(n[2]), 0);
      case "sine/4" ->
          new SensorModel.Sine(number(n[0]), number(n[1]), Durations.parse(n[2]), number(n[3]));
      case "walk/2" -> new SensorModel.Walk(number(n[0]), number(n[1]));
      case "square/3" -> new SensorModel.Square(number(n[0]), number(n[1]), Durations.parse(n[2]));
      case "counter/1" -> new SensorModel.Counter(number(n[0]));
      default ->
          throw new FleetException(
              EXPECTED + " expected, got '" + name + "' with " + n.length + " numbers");
    };
  }

  private static double number(String text) {
    double number = Double.parseDouble(text.strip());
    if (!Double.isFinite(number)) {
      throw new NumberFormatException(text);
    }
    return number;
  }
}
