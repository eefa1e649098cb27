// SPDX-License-Identifier: Apache-2.0

/// The resource types, one class per AWS service: each makes ordinary calls with the SDK's
/// requests.
///
/// Source: AWS CloudFormation Template Reference, the page of each type (return values, "Update
/// requires").
@NullMarked
package io.fieldline.localstack.cloudformation.types;

import org.jspecify.annotations.NullMarked;
