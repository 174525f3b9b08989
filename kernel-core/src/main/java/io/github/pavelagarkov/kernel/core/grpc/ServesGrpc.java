package io.github.pavelagarkov.kernel.core.grpc;

import io.github.pavelagarkov.kernel.core.Kernel;

/** A part of a kernel by which the settings of {@code kernel.grpc} are of use. */
interface ServesGrpc extends Kernel.Body {}
