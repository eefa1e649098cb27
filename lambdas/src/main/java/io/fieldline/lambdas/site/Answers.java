// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.site;

import java.io.IOException;
import java.net.URI;

/// The way back to CloudFormation.
interface Answers {
  void send(URI responseUrl, byte[] answer) throws IOException;
}
