// SPDX-License-Identifier: Apache-2.0
/// Another configuration for the running agent, by its file or by the shadow `config`: checked,
/// taken on trial, kept or taken back.
@NullMarked
package io.fieldline.agent.reload;

import org.jspecify.annotations.NullMarked;
