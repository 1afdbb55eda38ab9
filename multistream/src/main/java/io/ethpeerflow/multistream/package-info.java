/**
 * multistream-select 1.0 as two pure machines, {@link io.ethpeerflow.multistream.MultistreamDialer}
 * and {@link io.ethpeerflow.multistream.MultistreamListener}: bytes in, bytes out, no clock and no
 * I/O.
 */
package io.ethpeerflow.multistream;
