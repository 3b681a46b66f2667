package foreign

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"

	"actscope/internal/input"
	"actscope/internal/npz"
	"actscope/internal/safetensors"
	"actscope/models"
)

// format is a kind of file that holds a network.
type format struct {
	name string
	// recognises tells a file by its first bytes, at most headBytes, and the ending of its name in
	// lower case.
	recognises func(head []byte, ending string) bool
	// read makes a chain of the file: what is wrong with it is an input.Error, without the file's
	// name. Of Understood it fills Format, Layout, Ignored and Notes.
	read func(s source, o Options) (Understood, *chain, error)
}

// source is a file that is read: one on disk, or with content one in memory, of which the path is no
// more than the name.
type source struct {
	path    string
	content []byte // nil of a file on disk
}

// arrays are those of an .npz archive.
func (s source) arrays() (npz.Arrays, error) {
	if s.content == nil {
		return npz.ReadFile(s.path)
	}
	arrays, err := npz.Read(bytes.NewReader(s.content), int64(len(s.content)))
	if err != nil {
		return nil, input.InFile(s.path, err)
	}
	return arrays, nil
}

// tensors are those of a safetensors file.
func (s source) tensors() ([]safetensors.Tensor, map[string]string, error) {
	if s.content == nil {
		return safetensors.ReadFile(s.path)
	}
	return safetensors.Read(bytes.NewReader(s.content), int64(len(s.content)))
}

// bytes is the whole file.
func (s source) bytes() ([]byte, error) {
	if s.content == nil {
		return input.ReadRegular(s.path)
	}
	return s.content, nil
}

// headBytes is how much of a file is looked at to tell what it is.
const headBytes = 4096

// formats are tried in turn.
func formats() []format {
	return []format{safetensorsFormat, numpyFormat, jsonFormat, onnxFormat}
}

// Open reads the network in a file. What cannot be read, or is no chain of layers, is an
// input.Error with the file's name.
func Open(path string, o Options) (*Model, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	if reason, advice := folderRefusal(path); reason != "" {
		return nil, &input.Error{File: path, Reason: reason, Advice: advice}
	}
	head, err := headOf(path)
	if err != nil {
		return nil, err
	}
	return open(source{path: path}, head, o)
}

// Decode is [Open] of a file in memory, by the name that it has: no other file is read, not even one
// that it points to.
func Decode(name string, content []byte, o Options) (*Model, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	if content == nil {
		content = []byte{}
	}
	return open(source{name, content}, content[:min(len(content), headBytes)], o)
}

func open(s source, head []byte, o Options) (*Model, error) {
	path := s.path
	ending := strings.ToLower(filepath.Ext(path))
	if reason, advice := refusal(s, head); reason != "" {
		return nil, &input.Error{File: path, Reason: reason, Advice: advice}
	}
	for _, f := range formats() {
		if !f.recognises(head, ending) {
			continue
		}
		understood, chain, err := f.read(s, o)
		if err != nil {
			return nil, input.InFile(path, err)
		}
		switch {
		case o.Final == "" || o.Final == chain.final:
		case chain.final == "" || chain.final == NoFinal:
			chain.final = o.Final
		default:
			return nil, input.InFile(path, input.Refuse("final", "%s: the file itself says that it ends in a %s", o.Final, chain.final))
		}
		model, err := newModel(understood, chain)
		if err != nil {
			return nil, input.InFile(path, err)
		}
		return model, nil
	}
	return nil, &input.Error{File: path, Reason: "not a network that can be read: " + appearance(head, ending), Advice: "ONNX, safetensors, npz and JSON can"}
}

// Read is [Open] and the network for what the file itself predicts: see [Model.Targets].
func Read(path string, o Options) (*models.Network, Understood, error) {
	model, err := Open(path, o)
	if err != nil {
		return nil, Understood{}, err
	}
	net, err := model.Network(model.Targets())
	if err != nil {
		return nil, Understood{}, input.InFile(path, err)
	}
	return net, model.Understood, nil
}

// headOf reads a file's first bytes.
func headOf(path string) ([]byte, error) {
	f, _, err := input.OpenRegular(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, headBytes))
	if err != nil {
		return nil, input.InFile(path, err)
	}
	return head, nil
}
