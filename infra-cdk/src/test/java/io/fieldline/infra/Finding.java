// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra;

/// What a pack of rules has against one resource.
///
/// @param rule the rule's identifier, with what it found in square brackets where it says so
/// @param resource the construct's path without the stack, or a logical identifier
record Finding(String rule, String resource) {}
