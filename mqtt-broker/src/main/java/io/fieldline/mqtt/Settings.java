// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import java.time.Clock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// What a broker was built with.
record Settings(
    Authenticator authenticator,
    Authorizer authorizer,
    DeferringInterceptor interceptor,
    Consumer<ConnectionEvent> events,
    Limits limits,
    DeniedPublish deniedPublish,
    MultiLevelWildcard multiLevelWildcard,
    boolean retainedForWildcards,
    Clock clock,
    Supplier<String> connectionIds) {}
