// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

/// The value of one key as it was read.
///
/// @param value as it is written; the default's where nothing is
/// @param remote whether it comes from the shadow `config`
/// @param change how it can be changed
public record Setting(String value, boolean remote, Change change) {}
