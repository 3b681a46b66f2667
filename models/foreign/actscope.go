package foreign

import "actscope/internal/safetensors"

// ownParameters reads parameters that carry our own metadata; false for those of other programs.
func ownParameters(tensors []safetensors.Tensor, metadata map[string]string) (Understood, *chain, bool, error) {
	return Understood{}, nil, false, nil
}
