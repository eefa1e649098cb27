// SPDX-License-Identifier: Apache-2.0

/// What became of each message and of each call from outside: ways, made of steps, which X-Ray's
/// trace header ties together over queues and functions.
@NullMarked
package io.fieldline.localstack.ways;

import org.jspecify.annotations.NullMarked;
