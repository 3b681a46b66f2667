// Package play is the core of the live laboratory: networks that train while whoever watches changes
// their settings. It is a state machine without goroutines and without a network: a driver, such as a
// server or a worker of a page, hands on commands, has it train for as long as it likes, and takes
// frames:
//
//	lab, err := play.New(ctx, config.Article())
//	reply := lab.Obey([]byte(`{"id":1,"do":"play"}`))
//	for lab.Playing() {
//		lab.Advance(10 * time.Millisecond)
//		frame = lab.Frame(frame[:0])
//	}
//
// Commands, replies and the state are JSON, frames are a JSON header and arrays: see [Laboratory.Obey],
// [Laboratory.State] and [Laboratory.Frame]. Whatever a command says, no file of the machine is read and
// nothing panics. A run from a reset without interventions has the bits that compare has of the same
// settings: see [Laboratory.Export].
package play
