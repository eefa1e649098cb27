// SPDX-License-Identifier: Apache-2.0

/// AWS IoT SQL: parse, check and evaluate rule statements and substitution templates.
module io.fieldline.iotsql {
  requires com.fasterxml.jackson.core;
  requires static transitive org.jspecify;

  exports io.fieldline.iotsql;
  exports io.fieldline.iotsql.template;
  exports io.fieldline.iotsql.value;
}
