package foreign

import "regexp"

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

func readSafetensors(s source, o Options) (Understood, *chain, error) {
	tensors, metadata, err := s.tensors()
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
	u, c, err := p.chain(o)
	if err == nil && c.mayHideShortcuts() {
		u.Notes = append(u.Notes, "the layers are taken one after the other: the names do not say how they are wired, and a shortcut would not be seen; ONNX has it, and --check tells")
	}
	return u, c, err
}

// ofSequential is the name of weights in a torch.nn.Sequential.
var ofSequential = regexp.MustCompile(`(^|\.)\d+\.weight$`)

// mayHideShortcuts says that the layers are not those of a Sequential, whose order is their wiring, and
// that two hand on as many numbers, so that a shortcut would fit.
func (c *chain) mayHideShortcuts() bool {
	widths := map[int]bool{c.inputs: true}
	repeated, sequential := false, true
	for i, l := range c.layers {
		sequential = sequential && ofSequential.MatchString(l.name)
		repeated = repeated || i < len(c.layers)-1 && widths[l.units]
		widths[l.units] = true
	}
	return repeated && !sequential
}
