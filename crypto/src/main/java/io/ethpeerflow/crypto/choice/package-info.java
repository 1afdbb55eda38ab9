/** How one of several providers is chosen. Not exported. */
package io.ethpeerflow.crypto.choice;
