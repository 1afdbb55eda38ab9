/** What all wire formats share: the one exception for input that breaks a format or a limit. */
package io.ethpeerflow.wire;
