// SPDX-License-Identifier: Apache-2.0

/// The cloud as code: one CDK app, one stack a stage, read from `config/<stage>.json`.
@NullMarked
package io.fieldline.infra;

import org.jspecify.annotations.NullMarked;
