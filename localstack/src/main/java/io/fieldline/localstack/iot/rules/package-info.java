// SPDX-License-Identifier: Apache-2.0

/// Topic rules: stored by name, matched against every accepted publish, their actions carried out
/// as ordinary calls by the rule's role or by the IoT service itself.
@NullMarked
package io.fieldline.localstack.iot.rules;

import org.jspecify.annotations.NullMarked;
