// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.wire;

/// How a request is written, and so its answer.
enum Protocol {
  REST_JSON,
  REST_XML,
  JSON,
  QUERY,
  CBOR,
  /// JSON 1.1 in the form of CBOR, as the Java SDK talks to Kinesis: times are milliseconds.
  CBOR_1_1
}
