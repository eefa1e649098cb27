// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StageConfigFileTest {
  private static final String GOOD =
      """
      {
        "retainData": false,
        "rawRetentionDays": 30,
        "hourRetentionDays": 365,
        "commandRetentionDays": 90,
        "logRetentionDays": 7,
        "snapStart": true,
        "appUrls": ["http://127.0.0.1:4566/"]
      }
      """;

  @TempDir private Path folder;

  @Test
  void aWholeFileIsRead() throws IOException {
    var config = read(GOOD);

    assertThat(config.stage()).isEqualTo("test");
    assertThat(config.appUrls()).containsExactly("http://127.0.0.1:4566/");
    assertThat(config.alarmEmail()).isEmpty();
    assertThat(config.tellAlarmsTo()).isEmpty();
  }

  @Test
  void alarmsAreToldByMailSmsAndWebhook() throws IOException {
    var config =
        read(
            GOOD.replace(
                "\"snapStart\"",
                "\"tellAlarmsTo\": [\"mailto:ops@example.com\", \"sms:+4915112345678\","
                    + " \"https://example.com/hook?a=b\"], \"snapStart\""));

    assertThat(config.tellAlarmsTo())
        .containsExactly(
            new Recipient("email", "ops@example.com"),
            new Recipient("sms", "+4915112345678"),
            new Recipient("https", "https://example.com/hook?a=b"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "snapStart": true         | "snapStart": true, "colour": 1 | unknown key 'colour'
          "snapStart": true         | "snapStart": "yes"             | snapStart: expected true or false
          "rawRetentionDays": 30    | "rawRetentionDays": "30"       | rawRetentionDays: a whole number
          "rawRetentionDays": 30    | "rawRetentionDays": 0          | rawRetentionDays: expected a number above 0
          "hourRetentionDays": 365  | "hourRetentionDays": 29        | hourRetentionDays: expected as many as rawRetentionDays
          "logRetentionDays": 7     | "logRetentionDays": 8          | logRetentionDays: expected one of
          "snapStart": true,        | ''                             | expected key 'snapStart', it is missing
          "snapStart": true         | "snapStart": true, "snapStart": true | given twice
          "http://127.0.0.1:4566/"  | "http://example.com/"          | appUrls: expected https
          "http://127.0.0.1:4566/"  | 7                              | appUrls: a string
          "snapStart": true         | "snapStart": true, "monthlyBudgetUsd": 5 | expected alarmEmail
          "snapStart": true         | "snapStart": true, "buffer": "kafka" | buffer: expected sqs or kinesis; got 'kafka'
          "snapStart": true         | "snapStart": true, "archiveRetentionDays": 0 | archiveRetentionDays: expected a number above 0
          "snapStart": true         | "snapStart": true, "account": "12" | account: expected twelve digits
          "snapStart": true         | "snapStart": true, "region": "Frankfurt" | region: expected the code of one
          "snapStart": true         | "snapStart": true, "tags": {"stage": "x"} | tags: expected other names than project and stage
          "snapStart": true         | "snapStart": true, "tags": {"aws:x": "x"} | tags: expected names of 1 to 128
          "snapStart": true         | "snapStart": true, "tags": {"x": "a;b"} | tags: expected values of at most 256
          "snapStart": true         | "snapStart": true, "tags": {"x": 7} | tags: a string
          "snapStart": true         | "snapStart": true, "tellAlarmsTo": ["ops@example.com"] | tellAlarmsTo: expected mailto:
          "snapStart": true         | "snapStart": true, "tellAlarmsTo": ["sms:0151"] | tellAlarmsTo: expected mailto:
          "snapStart": true         | "snapStart": true, "tellAlarmsTo": ["http://example.com/"] | tellAlarmsTo: expected mailto:
          "snapStart": true         | "snapStart": true, "deploymentConfig": "canary" | deploymentConfig: expected one of [LambdaAllAtOnce, LambdaCanary10Percent10Minutes
          "snapStart": true         | "snapStart" true               | not valid JSON
          """)
  void aWrongFileIsRefusedWithTheReason(String part, String replacement, String reason) {
    assertThatThrownBy(() -> read(GOOD.replace(part, replacement)))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining(reason)
        .hasMessageContaining("test.json");
  }

  @Test
  void addressesGivenAtTheCommandLineComeAfterThoseOfTheFile() throws IOException {
    var config =
        read(GOOD).withMoreAppUrls(List.of("http://127.0.0.1:4566/", "http://127.0.0.1:9/"));

    assertThat(config.appUrls()).containsExactly("http://127.0.0.1:4566/", "http://127.0.0.1:9/");
  }

  private StageConfig read(String text) throws IOException {
    Files.writeString(folder.resolve("test.json"), text);
    return StageConfigFile.read(folder, "test");
  }
}
