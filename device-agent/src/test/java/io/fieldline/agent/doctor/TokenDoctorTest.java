// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.agent.LocalAgent;
import io.fieldline.agent.SoftToken;
import io.fieldline.agent.doctor.Authority.Validity;
import io.fieldline.agent.doctor.Finding.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What can be wrong with a key in a token, each made wrong: the doctor names it.
@Timeout(60)
@ResourceLock(SoftToken.TOKENS)
class TokenDoctorTest {
  @TempDir Path folder;

  private static List<Finding> examine(Path config) {
    var options = new Doctor.Options(Duration.ofSeconds(10), false, 1);
    return new Doctor(options, Clock.systemUTC(), Map.of()).examine(config, _ -> {});
  }

  private static Finding step(String name, List<Finding> findings) {
    return findings.stream()
        .filter(each -> each.step().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no step " + name + " in " + findings));
  }

  private SoftToken identity() throws Exception {
    var token = new SoftToken();
    KeyPair device = Authority.pair("EC", 256);
    byte[] der = new Authority("test").issue("gw", device, Validity.FOR_A_YEAR, "").getEncoded();
    Authority.pem(folder.resolve("cert.pem"), "CERTIFICATE", der);
    Path key = folder.resolve("key.pem");
    Authority.pem(key, "PRIVATE KEY", device.getPrivate().getEncoded());
    token.put("gw", key);
    return token;
  }

  private Path config(SoftToken token, String endpoint) throws Exception {
    return token.config(LocalAgent.config(folder, endpoint, ""), "gw", "");
  }

  /// TLS with the key in the token, MQTT, and a publish.
  @Test
  void whereAllIsWellAReadingArrives() throws Exception {
    var cloud = LocalAgent.cloud(folder);
    var token = new SoftToken();
    token.put("gw", folder.resolve("key.pem"));
    try {
      List<Finding> findings = examine(config(token, "localhost:" + cloud.port()));

      assertThat(step("token", findings).verdict()).isEqualTo(Verdict.OK);
      assertThat(step("key pair", findings).came()).startsWith("they belong together");
      assertThat(findings).noneMatch(each -> each.verdict() == Verdict.FAILED);
      assertThat(cloud.values()).containsExactly(1L);
    } finally {
      cloud.close();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "library: \\S+,   | library: cert.pem, | token    | cannot be loaded | cloud.pkcs11.library",
        "token: \\S+,     | token: other,      | token    | a token 'other' expected | list-slots",
        "key: gw,         | key: pump,         | key pair | a private key 'pump' expected, there are 'gw' | list-objects",
      })
  void whatTheConfigurationNamesAndIsNotThereIsSaid(
      String key, String other, String step, String expected, String next) throws Exception {
    Path config = config(identity(), "localhost:1");
    Files.writeString(config, Files.readString(config).replaceFirst(key, other));

    Finding finding = step(step, examine(config));

    assertThat(finding.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(finding.came()).contains(expected);
    assertThat(finding.next()).contains(next);
  }

  @Test
  void aPinThatOthersReadIsAWarningAndAWrongOneIsNotShown() throws Exception {
    Path config = config(identity(), "localhost:1");
    Path pin = Files.writeString(folder.resolve("pin"), "11111");
    Files.setPosixFilePermissions(pin, PosixFilePermissions.fromString("rw-r--r--"));

    List<Finding> findings = examine(config);

    assertThat(step("pin file", findings).verdict()).isEqualTo(Verdict.WARNING);
    Finding token = step("token", findings);
    assertThat(token.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(token.came()).contains("CKR_PIN_INCORRECT").doesNotContain("11111");
    assertThat(token.next()).contains("put the right PIN into " + pin);
  }

  @Test
  void aCertificateOfAnotherKeyIsNamed() throws Exception {
    Path config = config(identity(), "localhost:1");
    byte[] other =
        new Authority("test").issue("gw", Authority.pair("EC", 256), Validity.NOW, "").getEncoded();
    Authority.pem(folder.resolve("cert.pem"), "CERTIFICATE", other);

    Finding pair = step("key pair", examine(config));

    assertThat(pair.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(pair.meaning()).isEqualTo("the certificate is of another key");
  }
}
