// Package film joins clips into one.
//
// Joining has two steps. NewPlan looks at the clips and determines what will
// happen: how long the film gets, which doubled pictures are dropped, and
// whether the pictures can be copied or must be encoded once more. Make does
// that, and nothing else.
//
// Copying works on the boxes of the files and needs no other program. It is
// possible if all clips were encoded in the same way. Everything else takes
// ffmpeg. Clips are untrusted.
package film

import "fmt"

// Error describes why clips cannot be joined. Its text is one sentence for a
// person.
type Error struct {
	// Clip is the position of the clip at fault, from 1; 0 if it is none of
	// them.
	Clip int
	Text string
	// Err is the cause; it may quote ffmpeg and is untrusted.
	Err error
}

// Error returns the sentence.
func (e *Error) Error() string {
	if e.Clip > 0 {
		return fmt.Sprintf("clip %d: %s", e.Clip, e.Text)
	}
	return e.Text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }
