// SPDX-License-Identifier: Apache-2.0
/// A private key that stays in a token (a chip, a USB key, an HSM): found, made and used by PKCS
/// #11.
@NullMarked
package io.fieldline.agent.pkcs11;

import org.jspecify.annotations.NullMarked;
