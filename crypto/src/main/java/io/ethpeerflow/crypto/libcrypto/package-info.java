/**
 * OpenSSL's libcrypto through the foreign-function API, on JDK 22 and newer. Not exported. What
 * calls native code stands in the multi-release part of the jar, here is what loads it.
 */
package io.ethpeerflow.crypto.libcrypto;
