package foreign

import "actscope/internal/safetensors"

// safetensorsFormat is that of PyTorch's state_dicts, and of our own parameters.
var safetensorsFormat = format{
	name:       "safetensors",
	recognises: func(head []byte, _ string) bool { return isSafetensors(head) },
	read:       readSafetensors,
}

// isSafetensors tells a header's length, whose upper bytes are 0, and its brace. The lower bytes may
// be those with which other formats begin.
func isSafetensors(head []byte) bool {
	return len(head) > 8 && string(head[5:9]) == "\x00\x00\x00{"
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
