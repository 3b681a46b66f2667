package machine

import (
	"fmt"
	"unsafe"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// NotKept is the Value of a node that [NewVM] does not keep: it has the node's shape and
// dtype, no numbers, and is printed as the error that it is.
type NotKept struct{ node *gorgonia.Node }

var (
	_ gorgonia.Value = NotKept{}
	_ error          = NotKept{}
)

// Error says what to do.
func (v NotKept) Error() string {
	return (&NodeError{Node: nameOf(v.node), Err: fmt.Errorf("%w: gorgonia.Read it before the machine is made, or give NewVM KeepAll()", ErrNotKept)}).Error()
}

// Unwrap is [ErrNotKept].
func (v NotKept) Unwrap() error { return ErrNotKept }

// Format prints the error.
func (v NotKept) Format(s fmt.State, _ rune) { fmt.Fprint(s, v.Error()) }

// Shape is the node's.
func (v NotKept) Shape() tensor.Shape { return v.node.Shape() }

// Dtype is the node's.
func (v NotKept) Dtype() tensor.Dtype { return v.node.Dtype() }

// Data is the error.
func (v NotKept) Data() any { return error(v) }

// Size is 0, as there are no numbers.
func (v NotKept) Size() int { return 0 }

// Uintptr is 0, for there is no memory.
func (v NotKept) Uintptr() uintptr { return 0 }

// MemSize is 0.
func (v NotKept) MemSize() uintptr { return 0 }

// Pointer is nil.
func (v NotKept) Pointer() unsafe.Pointer { return nil }

// ValueEq panics with the error, as any answer would be wrong.
func (v NotKept) ValueEq(gorgonia.Value) bool { panic(v.Error()) }

// ValueClose panics, likewise.
func (v NotKept) ValueClose(any) bool { panic(v.Error()) }

// Clone is v: there is nothing to copy.
func (v NotKept) Clone() (any, error) { return v, nil }
