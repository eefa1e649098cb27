// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

/// One filter of one subscriber.
record Subscription(
    Subscriber subscriber,
    TopicFilter filter,
    Qos qos,
    boolean noLocal,
    boolean retainAsPublished) {}
