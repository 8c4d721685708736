// real: the floating-point type of the whole stack. The same sources are built twice, with float and with
// double (for gradient checks); the inline namespaces f32 and f64 let both live in one program.
//
//     namespace SEISGRAD { ... }   // seisgrad::f32 or seisgrad::f64, both reachable as seisgrad::
#pragma once

#ifdef SEISGRAD_DOUBLE
#define SEISGRAD seisgrad::inline f64
#else
#define SEISGRAD seisgrad::inline f32
#endif

namespace SEISGRAD {

#ifdef SEISGRAD_DOUBLE
using real = double;
#else
using real = float;
#endif

}  // namespace SEISGRAD
