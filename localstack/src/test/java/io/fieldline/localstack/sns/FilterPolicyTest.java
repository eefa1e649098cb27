// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.localstack.api.AwsFailure;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;

/// Source: Amazon SNS Developer Guide, "Amazon SNS subscription filter policies", its operators.
class FilterPolicyTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"s":["a","b"]}                                  | s=a           | true
          {"s":["a","b"]}                                  | s=c           | false
          {"s":["a"],"t":["b"]}                            | s=a           | false
          {"s":["a"],"t":["b"]}                            | s=a,t=b       | true
          {"s":[{"prefix":"al"}]}                          | s=alarm       | true
          {"s":[{"suffix":"rm"}]}                          | s=alarm       | true
          {"s":[{"prefix":"no"}]}                          | s=alarm       | false
          {"s":[{"equals-ignore-case":"ALARM"}]}           | s=alarm       | true
          {"s":[{"anything-but":["a","b"]}]}               | s=c           | true
          {"s":[{"anything-but":["a","b"]}]}               | s=a           | false
          {"s":[{"anything-but":"a"}]}                     | t=a           | false
          {"s":[{"anything-but":{"prefix":"al"}}]}         | s=alarm       | false
          {"s":[{"anything-but":{"prefix":"al"}}]}         | s=note        | true
          {"s":[{"exists":true}]}                          | s=a           | true
          {"s":[{"exists":true}]}                          | t=a           | false
          {"s":[{"exists":false}]}                         | t=a           | true
          {"s":[{"exists":false}]}                         | s=a           | false
          {"#n":[{"numeric":[">=",0,"<",10]}]}             | #n=9.99       | true
          {"#n":[{"numeric":[">=",0,"<",10]}]}             | #n=10         | false
          {"#n":[{"numeric":["=",10]}]}                    | #n=1e1        | true
          {"#n":[10]}                                      | #n=10.0       | true
          {"s":[{"numeric":["=",10]}]}                     | s=10          | false
          {"@a":["x"]}                                     | @a=["x";"y"]  | true
          {"@a":["z"]}                                     | @a=["x";"y"]  | false
          {"@a":[{"anything-but":["x"]}]}                  | @a=["x";"y"]  | true
          {"$or":[{"s":["a"]},{"t":["b"]}]}                | t=b           | true
          {"$or":[{"s":["a"]},{"t":["b"]}]}                | t=a           | false
          """)
  void attributesAreMatched(String policy, String attributes, boolean wanted) {
    var given = new HashMap<String, MessageAttributeValue>();
    for (String one : attributes.split(",")) {
      String[] pair = one.split("=", 2);
      String type =
          switch (pair[0].charAt(0)) {
            case '#' -> "Number";
            case '@' -> "String.Array";
            default -> "String";
          };
      given.put(
          pair[0],
          MessageAttributeValue.builder()
              .dataType(type)
              .stringValue(pair[1].replace(';', ','))
              .build());
    }

    assertThat(FilterPolicy.parse(policy, FilterPolicy.Scope.ATTRIBUTES).wants(given, ""))
        .isEqualTo(wanted);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"device":{"kind":["pump"]}}          | {"device":{"kind":"pump"}}                   | true
          {"device":{"kind":["pump"]}}          | {"device":{"kind":"fan"}}                    | false
          {"device":{"kind":["pump"]}}          | {"device":"pump"}                            | false
          {"tags":["a"]}                        | {"tags":["b","a"]}                           | true
          {"all":{"t":[{"numeric":[">",20]}]}}  | {"all":[{"t":3},{"t":21}]}                   | true
          {"on":[true]}                         | {"on":true}                                  | true
          {"on":[null]}                         | {"on":null}                                  | true
          {"on":[{"exists":false}]}             | {"off":1}                                    | true
          {"on":[true]}                         | no JSON                                      | false
          {"on":[true]}                         | [true]                                       | false
          """)
  void theBodyIsMatched(String policy, String body, boolean wanted) {
    assertThat(FilterPolicy.parse(policy, FilterPolicy.Scope.BODY).wants(Map.of(), body))
        .isEqualTo(wanted);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          no JSON                                           | failed to parse JSON
          []                                                | failed to parse JSON
          {"a":"b"}                                         | "a" must be an object or an array
          {"a":{"b":["c"]}}                                 | does not support nested filter policy
          {"a":[]}                                          | Empty arrays are not allowed
          {"a":[{"like":"b"}]}                              | Unrecognized match type like
          {"a":[{"cidr":"10.0.0.0/8"}]}                     | the operator cidr is not supported
          {"a":[{"prefix":1}]}                              | prefix match pattern must be a string
          {"a":[{"numeric":["about",1]}]}                   | Unrecognized numeric range operator: about
          {"a":[{"numeric":["=","1"]}]}                     | Value of = must be numeric
          {"a":[{"exists":"yes"}]}                          | exists match pattern must be either
          {"a":[1],"b":[1],"c":[1],"d":[1],"e":[1],"f":[1]} | can not have more than 5 keys
          """)
  void whatIsNoPolicyIsRefused(String policy, String says) {
    assertThatThrownBy(() -> FilterPolicy.parse(policy, FilterPolicy.Scope.ATTRIBUTES))
        .isInstanceOf(AwsFailure.class)
        .hasMessageContaining("Invalid parameter: FilterPolicy: ")
        .hasMessageContaining(says);
  }
}
