/** Record protection: from frames to sealed records and back, in place. */
package io.ethpeerflow.noise.record;
