// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack;

import io.fieldline.localstack.policy.IamMode;
import java.nio.file.Path;
import java.util.Optional;

/// How a stack runs.
///
/// @param port of the HTTP endpoint; 0 takes a free one
/// @param mqttPort of mutual TLS; 0 takes a free one
/// @param data folder that survives a restart; empty keeps everything in memory and in a temporary
///   folder that goes at the end
/// @param pollers how many take from a queue for a function at once; Lambda begins with five
/// @param inspectWhole keeps payloads of ways whole, for the inspector, instead of their beginning
public record LocalStackOptions(
    int port,
    int mqttPort,
    String bindAddress,
    String accountId,
    String region,
    Optional<Path> data,
    IamMode iam,
    int pollers,
    boolean inspectWhole) {

  /// For a test: free ports, nothing kept.
  public static LocalStackOptions forTest() {
    return new LocalStackOptions(
        0,
        0,
        "127.0.0.1",
        "000000000000",
        "us-east-1",
        Optional.empty(),
        IamMode.ENFORCE,
        1,
        false);
  }

  /// For a person: the usual ports, nothing kept.
  public static LocalStackOptions usual() {
    return new LocalStackOptions(
        4566,
        8883,
        "127.0.0.1",
        "000000000000",
        "us-east-1",
        Optional.empty(),
        IamMode.ENFORCE,
        1,
        false);
  }

  public LocalStackOptions withPort(int value) {
    return new LocalStackOptions(
        value, mqttPort, bindAddress, accountId, region, data, iam, pollers, inspectWhole);
  }

  public LocalStackOptions withMqttPort(int value) {
    return new LocalStackOptions(
        port, value, bindAddress, accountId, region, data, iam, pollers, inspectWhole);
  }

  public LocalStackOptions withBindAddress(String value) {
    return new LocalStackOptions(
        port, mqttPort, value, accountId, region, data, iam, pollers, inspectWhole);
  }

  public LocalStackOptions withRegion(String value) {
    return new LocalStackOptions(
        port, mqttPort, bindAddress, accountId, value, data, iam, pollers, inspectWhole);
  }

  public LocalStackOptions withData(Path value) {
    return new LocalStackOptions(
        port,
        mqttPort,
        bindAddress,
        accountId,
        region,
        Optional.of(value),
        iam,
        pollers,
        inspectWhole);
  }

  public LocalStackOptions withIam(IamMode value) {
    return new LocalStackOptions(
        port, mqttPort, bindAddress, accountId, region, data, value, pollers, inspectWhole);
  }

  public LocalStackOptions withPollers(int value) {
    return new LocalStackOptions(
        port, mqttPort, bindAddress, accountId, region, data, iam, value, inspectWhole);
  }

  public LocalStackOptions withInspectWhole(boolean value) {
    return new LocalStackOptions(
        port, mqttPort, bindAddress, accountId, region, data, iam, pollers, value);
  }
}
