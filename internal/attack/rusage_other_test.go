//go:build unix && !darwin

package attack

// maxrssUnit is in what the system counts memory.
const maxrssUnit = 1 << 10
