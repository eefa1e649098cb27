// SPDX-License-Identifier: Apache-2.0
/// Messages as Firehose archived them in S3, and how those of one thing are taken out.
@NullMarked
package io.fieldline.lambdas.archive;

import org.jspecify.annotations.NullMarked;
