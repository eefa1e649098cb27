// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

/// One accepted connection of a client.
///
/// @param principal what the authenticator said this client is
/// @param connectionId unique among all connections that this broker ever had
public record Client(
    String clientId, Object principal, String connectionId, ConnectDetails connect) {}
