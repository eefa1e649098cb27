// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;
import software.amazon.awssdk.services.iot.model.HttpAction;

/// What a newer client sends and this stack does not know is taken as AWS takes it, and said.
@Isolated("it hears what the codec says, whoever made it")
class UnknownMembersTest {
  private final List<String> said = new ArrayList<>();

  private final Handler listener =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          said.add(new SimpleFormatter().formatMessage(entry));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @Test
  void aMemberThatNoModelHasIsNamedOnce() throws Exception {
    var logger = Logger.getLogger(JsonCodec.class.getName());
    logger.addHandler(listener);
    try {
      var mapper = new ObjectMapper();
      var codec = new JsonCodec(mapper, Format.UNIX_TIMESTAMP);
      for (int i = 0; i < 2; i++) {
        var action = HttpAction.builder();
        codec.fill(
            action, mapper.readTree("{\"url\":\"https://a.example\",\"enableBatchingSoon\":true}"));
        assertThat(action.build().url()).isEqualTo("https://a.example");
      }
    } finally {
      logger.removeHandler(listener);
    }

    assertThat(said)
        .containsExactly(
            "not known to this stack, and ignored: member=HttpAction.enableBatchingSoon");
  }
}
