/** The mesh: a pure machine that is told what happens and says what to send. */
package io.ethpeerflow.gossipsub.router;
