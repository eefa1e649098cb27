// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.api;

/// Who calls. {@link #arn()} is what policies compare with and what messages print.
public sealed interface Principal {
  String arn();

  /// The account itself: the credentials of a person at this machine. Allowed everything.
  record Root(String accountId) implements Principal {
    @Override
    public String arn() {
      return "arn:aws:iam::" + accountId + ":root";
    }
  }

  /// An IAM user with an access key.
  record User(String accountId, String name) implements Principal {
    @Override
    public String arn() {
      return "arn:aws:iam::" + accountId + ":user/" + name;
    }
  }

  /// A session of an assumed role.
  record RoleSession(String accountId, String role, String session) implements Principal {
    @Override
    public String arn() {
      return "arn:aws:sts::" + accountId + ":assumed-role/" + role + "/" + session;
    }

    public String roleArn() {
      return "arn:aws:iam::" + accountId + ":role/" + role;
    }
  }

  /// An AWS service acting for itself, such as {@code iot.amazonaws.com}.
  record Service(String name) implements Principal {
    @Override
    public String arn() {
      return name;
    }
  }

  /// A device that showed its certificate over HTTPS: its IoT policies decide.
  record Device(String certificateId, String arn) implements Principal {}

  /// Nobody: a request without a signature, such as a browser's for a public page.
  record Anonymous() implements Principal {
    @Override
    public String arn() {
      return "anonymous";
    }
  }
}
