/** Who wrote a message and whether that is true, and by which id a message is known. */
package io.ethpeerflow.gossipsub.sign;
