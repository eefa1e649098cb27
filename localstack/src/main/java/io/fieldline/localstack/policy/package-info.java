// SPDX-License-Identifier: Apache-2.0

/// One policy language for IAM and for AWS IoT: documents, conditions, and the decision with the
/// statement that made it.
///
/// Source: IAM User Guide, "IAM JSON policy reference" and "Policy evaluation logic"; AWS IoT
/// Developer Guide, "AWS IoT Core policies".
@NullMarked
package io.fieldline.localstack.policy;

import org.jspecify.annotations.NullMarked;
