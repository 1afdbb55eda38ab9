/** Key pairs, signatures and their protobuf form (peer-ids specification). */
package io.ethpeerflow.wire.crypto;
