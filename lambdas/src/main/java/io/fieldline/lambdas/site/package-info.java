// SPDX-License-Identifier: Apache-2.0

/// The web app from its asset into its bucket, as a CloudFormation custom resource.
@NullMarked
package io.fieldline.lambdas.site;

import org.jspecify.annotations.NullMarked;
