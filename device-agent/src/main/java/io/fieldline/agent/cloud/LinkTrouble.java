// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import java.time.Instant;

/// Why there is no connection, as the client said it and in plain words.
///
/// @param cause name of the client's error, with the broker's reason code if it gave one
/// @param meaning what it most likely means, and what to do
public record LinkTrouble(Instant at, String cause, String meaning) {
  private static final String TOKEN = "AWS_ERROR_PKCS11_";
  private static final String NO_ADDRESS = "AWS_IO_DNS_QUERY_FAILED";
  private static final String CERTIFICATE_OR_POLICY =
      "the certificate is not active or not attached to the thing, or no policy of it allows"
          + " iot:Connect for this client id";
  private static final String CLOCK =
      "a certificate is outside its validity by this machine's clock: compare the clock first";
  private static final String AUTHORITY =
      "the server's certificate is not signed by an authority in cloud.ca: put the right root"
          + " there, or look for an inspecting proxy in between";

  /// The trouble of an attempt that failed or a session that ended.
  ///
  /// @param error name of the CRT's error, such as AWS_IO_DNS_INVALID_NAME
  /// @param reason the broker's reason code, empty if it gave none
  static LinkTrouble of(Instant at, String error, String reason) {
    String cause = reason.isEmpty() ? error : error + " " + reason;
    return new LinkTrouble(at, cause, meaning(error, reason));
  }

  /// The same after an attempt of the same outage that came further: the client says that a name
  /// has no address, too, when it has found that none of its addresses can be used.
  ///
  /// Assumed: seen with aws-crt 0.43.6 half a minute after a refused connection.
  LinkTrouble after(LinkTrouble attempt) {
    return cause.equals(NO_ADDRESS)
        ? new LinkTrouble(at, attempt.cause + ", then " + cause, attempt.meaning)
        : this;
  }

  /// Whether it says that there is no address, and not more.
  boolean isNoAddress() {
    return cause.equals(NO_ADDRESS);
  }

  /// Whether it is about the token with the key.
  boolean isToken() {
    return cause.startsWith(TOKEN);
  }

  private static String meaning(String error, String reason) {
    return reason.isEmpty() ? meaningOfError(error) : meaningOfReason(reason);
  }

  /// Source: AWS IoT Core Developer Guide, "MQTT reason codes".
  private static String meaningOfReason(String reason) {
    return switch (reason) {
      case "NOT_AUTHORIZED", "BAD_USERNAME_OR_PASSWORD" -> CERTIFICATE_OR_POLICY;
      case "SESSION_TAKEN_OVER" ->
          "another program connected with this client id: one agent a thing, one thing an agent";
      case "QUOTA_EXCEEDED", "CONNECTION_RATE_EXCEEDED" ->
          "the account's limits are reached: it goes on by itself, or ask AWS for more";
      case "SERVER_SHUTTING_DOWN", "SERVER_BUSY", "SERVER_UNAVAILABLE" ->
          "the broker is busy or restarts: it goes on by itself";
      case "KEEP_ALIVE_TIMEOUT" -> "the broker heard nothing for too long: the link stood still";
      case "CLIENT_IDENTIFIER_NOT_VALID" ->
          "the broker does not take the thing's name as client id";
      default -> "the broker ended it with that reason";
    };
  }

  private static String meaningOfError(String error) {
    return switch (error) {
      case "AWS_IO_DNS_INVALID_NAME",
          "AWS_IO_DNS_NO_ADDRESS_FOR_HOST",
          "AWS_IO_DNS_QUERY_FAILED",
          "AWS_IO_DNS_QUERY_AGAIN" ->
          "the endpoint's name has no address here: is cloud.endpoint spelled right, does this"
              + " machine's DNS answer?";
      case "AWS_IO_SOCKET_CONNECTION_REFUSED" ->
          "the machine is there and nobody listens on that port: is cloud.endpoint's port right?";
      case "AWS_IO_SOCKET_TIMEOUT" ->
          "no answer from the endpoint: no way out, or a firewall drops the port";
      case "AWS_IO_SOCKET_NO_ROUTE_TO_HOST", "AWS_IO_SOCKET_NETWORK_DOWN" ->
          "this machine has no way to the endpoint: look at its interface and default route";
      case "AWS_IO_TLS_UNKNOWN_ROOT_CERTIFICATE",
          "AWS_IO_TLS_NO_ROOT_CERTIFICATE_FOUND",
          "AWS_IO_TLS_INVALID_CERTIFICATE_CHAIN",
          "AWS_IO_TLS_ERROR_DEFAULT_TRUST_STORE_NOT_FOUND" ->
          AUTHORITY;
      case "AWS_IO_TLS_HOST_NAME_MISMATCH" ->
          "the server's certificate is for another name than cloud.endpoint";
      case "AWS_IO_TLS_CERTIFICATE_EXPIRED",
          "AWS_IO_TLS_CERTIFICATE_NOT_YET_VALID",
          "AWS_IO_TLS_PEER_CERTIFICATE_EXPIRED" ->
          CLOCK;
      case "AWS_IO_TLS_ERROR_NEGOTIATION_FAILURE" ->
          "TLS failed: a wrong cloud.ca, another name in the server's certificate, or a clock that"
              + " is wrong";
      // In TLS 1.3 a refusal comes after the client's handshake: seen as a failure to read.
      case "AWS_IO_TLS_ERROR_ALERT_RECEIVED",
          "AWS_IO_TLS_ERROR_READ_FAILURE",
          "AWS_IO_TLS_CLOSED_ABORT" ->
          "the server refused in TLS: most often it does not know the client certificate, or it is"
              + " not active";
      case "AWS_IO_TLS_NEGOTIATION_TIMEOUT",
          "AWS_ERROR_MQTT5_CONNACK_TIMEOUT",
          "AWS_ERROR_MQTT5_PING_RESPONSE_TIMEOUT" ->
          "connected, and then no answer: the link stands still, or it is no broker";
      case "AWS_ERROR_MQTT_UNEXPECTED_HANGUP", "AWS_IO_SOCKET_CLOSED" ->
          "the other side closed without a word: the network, or AWS IoT, where "
              + CERTIFICATE_OR_POLICY;
      case String proxy when proxy.startsWith("AWS_ERROR_HTTP_PROXY_") ->
          "the proxy of cloud.proxy made no tunnel: is its address right, does it want a password,"
              + " does it allow the endpoint's port?";
      case String token when token.startsWith(TOKEN) ->
          "the token with the key does not sign: is it plugged in? The agent starts anew after"
              + " cloud.pkcs11.restartAfterSeconds to look for it again";
      default -> "fieldline agent doctor looks for the cause step by step";
    };
  }
}
