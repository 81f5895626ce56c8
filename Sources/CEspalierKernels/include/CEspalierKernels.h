// The contract between Swift and the native kernels: shapes, ownership, overlap, and what a failure leaves behind.
//
// Common rules. Matrices are row-major. Activations are (rows, lanes) with lanes innermost; `lanes` is a multiple of
// 16, pointers to activations are aligned to 64 bytes. Nothing overlaps unless said. No kernel allocates, locks, prints
// or fails: arguments are checked by the caller. A pointer said to be optional may be null.
#pragma once
#include "attention.h"
#include "batch_norm.h"
#include "elementwise.h"
#include "inference.h"
#include "loss.h"
#include "normalization.h"
#include "optimizer.h"
#include "platform.h"
#include "products.h"
#include "recurrent.h"
#include "reference.h"
#include "reference_channels.h"
#include "selection.h"
#include "series.h"
#include "sparse.h"
