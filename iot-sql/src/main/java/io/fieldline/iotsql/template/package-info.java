// SPDX-License-Identifier: Apache-2.0

/// Substitution templates in the fields of rule actions.
@NullMarked
package io.fieldline.iotsql.template;

import org.jspecify.annotations.NullMarked;
