// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.site;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;

/// What AWS Lambda tells a function about itself.
final class FunctionContext implements Context {
  @Override
  public String getAwsRequestId() {
    return "request-1";
  }

  @Override
  public String getLogGroupName() {
    return "group";
  }

  @Override
  public String getLogStreamName() {
    return "stream";
  }

  @Override
  public String getFunctionName() {
    return "function";
  }

  @Override
  public String getFunctionVersion() {
    return "1";
  }

  @Override
  public String getInvokedFunctionArn() {
    return "arn:aws:lambda:eu-west-1:111122223333:function:fieldline-dev-authorizer:live";
  }

  @Override
  public CognitoIdentity getIdentity() {
    throw new UnsupportedOperationException("no identity");
  }

  @Override
  public ClientContext getClientContext() {
    throw new UnsupportedOperationException("no client");
  }

  @Override
  public int getRemainingTimeInMillis() {
    return 3000;
  }

  @Override
  public int getMemoryLimitInMB() {
    return 512;
  }

  @Override
  public LambdaLogger getLogger() {
    throw new UnsupportedOperationException("functions log by System.Logger");
  }
}
