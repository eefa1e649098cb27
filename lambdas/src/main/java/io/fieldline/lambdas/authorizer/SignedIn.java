// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.authorizer;

/// Whom a token speaks for.
///
/// @param subject the person's identifier in the user pool
/// @param expiresAtS epoch seconds at which the token ends
record SignedIn(String subject, long expiresAtS) {}
