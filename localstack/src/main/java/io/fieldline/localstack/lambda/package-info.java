// SPDX-License-Identifier: Apache-2.0

/// Lambda: functions, versions, aliases, and their execution in child JVMs by AWS's own runtime
/// interface client against a Runtime API of ours.
///
/// Source: AWS Lambda Developer Guide, "Lambda execution environment", "Runtime API", "Invoking
/// functions asynchronously", "Using Lambda with Amazon SQS"; API Reference.
@NullMarked
package io.fieldline.localstack.lambda;

import org.jspecify.annotations.NullMarked;
