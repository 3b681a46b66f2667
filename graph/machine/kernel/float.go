package kernel

// Float is a precision in which kernels compute.
type Float interface{ float32 | float64 }
