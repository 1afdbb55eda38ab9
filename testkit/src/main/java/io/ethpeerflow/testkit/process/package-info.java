/** Child processes that talk in lines. */
package io.ethpeerflow.testkit.process;
