/** Whether Conscrypt is there. Not exported. */
package io.ethpeerflow.crypto.conscrypt;
