// SPDX-License-Identifier: Apache-2.0

/// IAM: roles, users, access keys and policies, as far as deployments and their proof need.
///
/// Source: AWS Identity and Access Management API Reference.
@NullMarked
package io.fieldline.localstack.iam;

import org.jspecify.annotations.NullMarked;
