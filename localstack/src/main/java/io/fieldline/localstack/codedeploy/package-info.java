// SPDX-License-Identifier: Apache-2.0

/// AWS CodeDeploy, of its three platforms Lambda alone: traffic of an alias goes over to another
/// version in steps, and back when an alarm goes off.
@NullMarked
package io.fieldline.localstack.codedeploy;

import org.jspecify.annotations.NullMarked;
