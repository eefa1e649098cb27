// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The agent in the heap that its launcher gives it.
class AgentMemoryTest {
  @TempDir Path folder;

  /// An hour's window in which nothing is due: a million readings of five hundred devices would not
  /// fit into the heap.
  @Test
  @Tag("long")
  void whatWaitsForTheEndOfALongWindowDoesNotFillTheHeap() throws Exception {
    new Credentials(folder);
    Path config = AgentProcess.config(folder, "localhost:1", "");
    String hourly = Files.readString(config).replace("windowMs: 50", "windowMs: 3600000");
    Files.writeString(config, hourly);
    var body = new StringBuilder();
    for (int i = 0; i < 5000; i++) {
      body.append("device").append(i % 500).append("/temperature=21.5\n");
    }
    try (var agent = new AgentProcess(config);
        HttpClient http = HttpClient.newHttpClient()) {
      int port = AgentProcess.port(agent.await("ready"), "http");
      var request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/readings"))
              .timeout(Duration.ofSeconds(20))
              .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
              .build();
      for (int i = 0; i < 200; i++) {
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as("%s, post %d", answer.body(), i).isEqualTo(204);
      }
      assertThat(agent.terminateAfter(Duration.ZERO)).isIn(0, 143);
    }
  }
}
