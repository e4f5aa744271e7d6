package frames

import "errors"

// Problem sorts what went wrong.
type Problem int

// The problems.
const (
	// NoTool: ffmpeg is not installed.
	NoTool Problem = iota + 1
	// Unreadable: the clip is not there, or not ours to read.
	Unreadable
	// Cut: the clip's end is missing, or it is another kind of file.
	Cut
	// Broken: the clip is damaged, or ffmpeg could not decode it.
	Broken
	// TimedOut: ffmpeg took longer than it may.
	TimedOut
	// NoRoom: the stills could not be written.
	NoRoom
)

// Error is what went wrong with a clip. Its text is one sentence for a person,
// without the name of the file.
type Error struct {
	Problem Problem
	Text    string
	// Err is the cause; it may quote ffmpeg, whose words are foreign.
	Err error
}

// Error is the sentence.
func (e *Error) Error() string { return e.Text }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// ProblemOf finds the problem in an error's chain, 0 when it has none of ours.
func ProblemOf(err error) Problem {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Problem
	}
	return 0
}
