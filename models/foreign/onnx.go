package foreign

import "actscope/internal/input"

// onnxFormat is ONNX, which has no magic number: it begins with the field of the IR version.
var onnxFormat = format{
	name:       "ONNX",
	recognises: func(head []byte, ending string) bool { return ending == ".onnx" || len(head) > 0 && head[0] == 0x08 },
	read:       readONNX,
}

func readONNX(path string, o Options) (Understood, *chain, error) {
	return Understood{}, nil, input.Refuse("", "ONNX cannot be read yet")
}
