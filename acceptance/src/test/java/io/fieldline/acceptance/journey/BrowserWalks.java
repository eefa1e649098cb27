// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fieldline.acceptance.pipeline.Checkout;
import io.fieldline.acceptance.pipeline.Person;
import io.fieldline.acceptance.pipeline.Pipeline;
import io.fieldline.acceptance.pipeline.Program;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Walks the journeys of `web/journeys` in Debian's Chromium; pictures end in `acceptance/shots`.
///
/// @param device that a journey is about, unless it is told another
record BrowserWalks(Pipeline pipeline, String device) {
  static final Duration WITHIN = Duration.ofMinutes(4);
  private static final int PHONE_PX = 390;

  /// In ASCII: what a command line carries besides depends on the locale.
  private static final ObjectMapper JSON =
      JsonMapper.builder().configure(JsonWriteFeature.ESCAPE_NON_ASCII, true).build();

  /// Begins a journey of a person.
  Program start(String journey, Person person, Map<String, Object> needs) throws IOException {
    var told = new LinkedHashMap<String, Object>();
    told.put("app", pipeline.app().toString());
    told.put("device", device);
    told.put("email", person.email());
    told.put("password", person.password());
    told.putAll(needs);
    return start(journey, told);
  }

  /// Begins a journey of somebody who need not sign in.
  static Program start(String journey, Map<String, Object> needs) throws IOException {
    var told = new LinkedHashMap<String, Object>(needs);
    told.put("shots", Checkout.root().resolve("acceptance/shots").toString());
    return Program.start(
        Checkout.root().resolve("web"),
        Map.of(),
        List.of("node", "journeys/" + journey + ".mjs", JSON.writeValueAsString(told)));
  }

  /// Walks one to its end, where nothing else has to happen meanwhile.
  JsonNode walk(String journey, Person person, Map<String, Object> needs) throws IOException {
    try (var browser = start(journey, person, needs)) {
      return saw(browser);
    }
  }

  /// What it saw.
  static JsonNode saw(Program browser) throws IOException {
    return JSON.readTree(said(browser, "{"));
  }

  /// The first line that it says with this beginning.
  static String said(Program browser, String beginning) {
    return browser.line(line -> line.startsWith(beginning), WITHIN);
  }

  static List<String> texts(JsonNode array) {
    var texts = new ArrayList<String>();
    array.forEach(one -> texts.add(one.asText()));
    return texts;
  }

  /// No page of these is wider than a phone.
  static void fitsAPhone(JsonNode widths, int pages) {
    assertThat(widths).hasSize(pages);
    widths
        .properties()
        .forEach(wide -> assertThat(wide.getValue().asInt()).as(wide.getKey()).isEqualTo(PHONE_PX));
  }

  /// Nothing in the console, nothing found by axe, and nobody asked but the stack.
  void nothingWentWrong(JsonNode saw) {
    assertThat(texts(saw.path("errors"))).as("console").isEmpty();
    assertThat(texts(saw.path("violations"))).as("axe").isEmpty();
    var addresses = texts(saw.path("requests"));
    addresses.addAll(texts(saw.path("sockets")));
    assertThat(addresses)
        .as("nobody is asked but the stack")
        .isNotEmpty()
        .allSatisfy(address -> {
          assertThat(URI.create(address).getHost()).matches("127\\.0\\.0\\.1|.*\\.localhost");
          assertThat(URI.create(address).getPort()).isEqualTo(pipeline.endpoint().getPort());
        });
  }
}
