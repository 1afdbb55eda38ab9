/** A bounded reader and a deterministic writer of protobuf messages. */
package io.ethpeerflow.wire.protobuf;
