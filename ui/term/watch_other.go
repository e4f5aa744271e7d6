//go:build !unix

package term

import "os"

// canSignal is set where ctrl+c can be a signal.
const canSignal = false

// signalling is not possible here.
func signalling(*os.File) (undo func()) { return nil }
