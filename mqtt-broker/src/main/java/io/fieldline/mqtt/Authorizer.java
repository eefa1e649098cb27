// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

/// Says what a client may do. Called on the thread that carries the operation: for {@link
/// #mayReceive} that is the publisher's, so it must not block.
public interface Authorizer {
  boolean mayConnect(Client client);

  /// Also asked for a will, when it is to be published. {@link PublishedMessage#retain()} tells
  /// whether the right to retain is needed too.
  boolean mayPublish(Client client, PublishedMessage message);

  boolean maySubscribe(Client client, TopicFilter filter);

  boolean mayReceive(Client client, TopicName topic);

  /// Allows everything to everybody.
  static Authorizer allowAll() {
    return new Authorizer() {
      @Override
      public boolean mayConnect(Client client) {
        return true;
      }

      @Override
      public boolean mayPublish(Client client, PublishedMessage message) {
        return true;
      }

      @Override
      public boolean maySubscribe(Client client, TopicFilter filter) {
        return true;
      }

      @Override
      public boolean mayReceive(Client client, TopicName topic) {
        return true;
      }
    };
  }
}
