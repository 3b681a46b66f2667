package foreign

import (
	"io"
	"path/filepath"
	"strings"

	"actscope/internal/input"
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
	read func(path string, o Options) (Understood, *chain, error)
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
	ending := strings.ToLower(filepath.Ext(path))
	if reason, advice := refusal(path, head); reason != "" {
		return nil, &input.Error{File: path, Reason: reason, Advice: advice}
	}
	for _, f := range formats() {
		if !f.recognises(head, ending) {
			continue
		}
		understood, chain, err := f.read(path, o)
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
