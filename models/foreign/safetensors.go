package foreign

import "actscope/internal/safetensors"

// safetensorsFormat is that of PyTorch's state_dicts, and of our own parameters.
var safetensorsFormat = format{
	name:       "safetensors",
	recognises: func(head []byte, _ string) bool { return len(head) > 8 && head[7] == 0 && head[8] == '{' },
	read:       readSafetensors,
}

func readSafetensors(path string, o Options) (Understood, *chain, error) {
	tensors, metadata, err := safetensors.ReadFile(path)
	if err != nil {
		return Understood{}, nil, err
	}
	if u, c, own, err := ownParameters(tensors, metadata); own || err != nil {
		return u, c, err
	}
	p := parameters{format: "safetensors", outFirst: true}
	for _, t := range tensors {
		p.arrays = append(p.arrays, array{t.Name, t.Shape, t.Values})
	}
	return p.chain(o)
}
