//go:build js && wasm

// Command worker is the laboratory in a web worker: the core, driven by worker.js of package static,
// which calls the functions of the global object actscope and posts what they send. None of them
// blocks, so that messages of the page are heard between the turns.
package main

import (
	"context"
	"encoding/json"
	"syscall/js"
	"time"

	"actscope/internal/config"
	"actscope/internal/panics"
	"actscope/internal/play"
	"actscope/internal/play/drive"
)

const (
	// slice is how long the laboratory trains between messages.
	slice = 12 * time.Millisecond
	// kernels tells the page that frames are dear here: it asks for coarser maps while training goes on.
	kernels = "wasm"
)

// worker is the laboratory and where its messages go.
type worker struct {
	laboratory *play.Laboratory
	drive      *drive.Drive
	post       js.Value
}

func main() {
	w := &worker{post: js.Global().Get("deliver")}
	js.Global().Set("actscope", js.ValueOf(map[string]any{
		"begin": w.function(func(a []js.Value) (any, error) { return nil, w.begin(a[0].String()) }),
		"receive": w.function(func(a []js.Value) (any, error) {
			w.drive.Receive([]byte(a[0].String()), w.send)
			return nil, nil
		}),
		"turn":   w.function(func([]js.Value) (any, error) { return w.turn(), nil }),
		"export": w.function(func(a []js.Value) (any, error) { return w.export(a[0].String()) }),
	}))
	js.Global().Call("started")
	select {}
}

// function is one that JavaScript calls. An error, or a panic, is what it gives as "error".
func (w *worker) function(do func([]js.Value) (any, error)) js.Func {
	return js.FuncOf(func(_ js.Value, a []js.Value) (result any) {
		err := func() (err error) {
			defer panics.Catch(&err, "driving a laboratory")
			result, err = do(a)
			return err
		}()
		if err != nil {
			return js.ValueOf(map[string]any{"error": err.Error()})
		}
		return result
	})
}

// begin makes the laboratory of a [static.Beginning], in JSON, and greets the page.
func (w *worker) begin(text string) error {
	var begin struct {
		Settings map[string]string `json:"settings"`
		Table    string            `json:"table"`
	}
	if err := json.Unmarshal([]byte(text), &begin); err != nil {
		return err
	}
	c := config.Article()
	for key, value := range begin.Settings {
		setting, err := config.SettingNamed(key)
		if err != nil {
			return err
		}
		if err := setting.Set(&c, value); err != nil {
			return err
		}
	}
	laboratory, err := made(c, begin.Table)
	if err != nil {
		return err
	}
	laboratory.Obey([]byte(`{"do":"view","grid":50}`)) // for the first frame, whose functions are compiled while they run
	w.laboratory, w.drive = laboratory, drive.New(laboratory, kernels, slice)
	w.drive.Greet("worker", false, w.send)
	return nil
}

func made(c config.Config, table string) (*play.Laboratory, error) {
	if table != "" {
		return play.NewTable(context.Background(), c, []byte(table))
	}
	return play.New(context.Background(), c)
}

// turn is one of the drive; it gives the milliseconds until the next, or a negative number.
func (w *worker) turn() int {
	wait := w.drive.Turn(time.Now(), true, w.send)
	if wait == drive.Forever {
		return -1
	}
	return int(wait / time.Millisecond)
}

// send posts a message: a string, or the buffer of a frame.
func (w *worker) send(m drive.Message) {
	if !m.Frame {
		w.post.Invoke(string(m.Bytes))
		return
	}
	w.post.Invoke(bytesOf(m.Bytes))
}

func bytesOf(b []byte) js.Value {
	array := js.Global().Get("Uint8Array").New(len(b))
	js.CopyBytesToJS(array, b)
	return array
}

func (w *worker) export(name string) (any, error) {
	file, mime, body, err := w.laboratory.Export(name)
	if err != nil {
		return nil, err
	}
	return js.ValueOf(map[string]any{"file": file, "mime": mime, "body": bytesOf(body)}), nil
}
