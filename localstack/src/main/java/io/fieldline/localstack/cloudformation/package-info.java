// SPDX-License-Identifier: Apache-2.0

/// CloudFormation: templates, change sets, and the engine that makes, changes, rolls back and
/// deletes the resources of a stack by ordinary calls of the deploying principal.
///
/// Source: AWS CloudFormation User Guide, "Template reference", "Stacks", "Change sets"; API
/// Reference.
@NullMarked
package io.fieldline.localstack.cloudformation;

import org.jspecify.annotations.NullMarked;
