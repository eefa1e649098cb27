// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import io.fieldline.agent.config.JobsConfig.Program;
import io.fieldline.agent.update.UpdateKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Reads `jobs`: whether the agent takes jobs of AWS IoT, and what they may do.
final class JobsSection {
  private static final String SHA_256 = "[0-9a-f]{64}";

  private JobsSection() {}

  static Optional<JobsConfig> read(YamlSection section) {
    boolean enabled =
        section.flag(
            "enabled",
            false,
            "whether jobs are taken; the device's policy must allow their topics");
    List<Program> programs = section.list("programs").stream().map(JobsSection::program).toList();
    List<String> reboot =
        section.texts(
            "reboot",
            "an absolute path and arguments",
            "what boots the machine; without it jobs of type reboot fail");
    if (!reboot.isEmpty() && !Path.of(reboot.getFirst()).isAbsolute()) {
      section.problem("reboot", "an absolute path expected, got '" + reboot.getFirst() + "'");
    }
    var jobs =
        new JobsConfig(
            programs,
            reboot,
            section.seconds(
                "rebootWithinSeconds", 600, 1, 86_400, "after this a job of type reboot failed"),
            section.seconds(
                "rotateWithinSeconds",
                300,
                1,
                86_400,
                "with no connection by a new certificate for so long, the old one is put back"),
            section.texts(
                "uploadHosts",
                "hosts",
                "where jobs of type upload-logs may send the log; * for any characters"),
            update(section.section("update")));
    section.end();
    return enabled ? Optional.of(jobs) : Optional.empty();
  }

  private static JobsConfig.Update update(YamlSection section) {
    List<Path> keys =
        section.files(
            "keys",
            "public keys in PEM (Ed25519 or ECDSA P-256) of those who may sign updates; without one"
                + " jobs of type update fail");
    for (Path key : keys) {
      try {
        UpdateKey.read(key);
      } catch (IOException e) {
        section.problem("keys", key + ": " + e.getMessage());
      }
    }
    var update =
        new JobsConfig.Update(
            keys,
            section.whole(
                "maxBytes",
                400_000_000,
                1_000_000,
                4_000_000_000L,
                "bytes",
                "of an update's archive and of what is in it, together"),
            section.seconds(
                "healthTimeoutSeconds",
                60,
                5,
                3600,
                "a new version that has not connected and delivered by then is given up"));
    section.end();
    return update;
  }

  private static Program program(YamlSection section) {
    String program =
        section.required("program", "/.+", "an absolute path", "what a job of type run may run");
    Optional<String> sha256 =
        section.text("sha256", "64 hexadecimal digits", "none", "of its content");
    if (sha256.isPresent() && !sha256.get().matches(SHA_256)) {
      section.problem("sha256", "64 hexadecimal digits expected, got '" + sha256.get() + "'");
    }
    var allowed =
        new Program(
            Path.of(program.isEmpty() ? "/" : program),
            sha256,
            patterns(section),
            section.seconds(
                "timeoutSeconds", 60, 1, 86_400, "after this it is ended with all it started"));
    section.end();
    return allowed;
  }

  private static List<Pattern> patterns(YamlSection section) {
    List<Pattern> patterns = new ArrayList<>();
    for (String text :
        section.texts(
            "arguments",
            "regular expressions",
            "one for each argument, which must match it from end to end")) {
      try {
        patterns.add(Pattern.compile(text));
      } catch (PatternSyntaxException e) {
        section.problem("arguments", "a regular expression expected, got '" + text + "'");
      }
    }
    return patterns;
  }
}
