package frames

import "errors"

// Problem classifies what went wrong.
type Problem int

// The problems.
const (
	// NoTool: ffmpeg is not installed.
	NoTool Problem = iota + 1
	// Unreadable: the clip does not exist, or we may not read it.
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

// Error describes what is wrong with a clip. Its text is one sentence for a
// person, without the name of the file.
type Error struct {
	Problem Problem
	Text    string
	// Err is the cause; it may quote ffmpeg and is untrusted.
	Err error
}

// Error returns the sentence.
func (e *Error) Error() string { return e.Text }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// ProblemOf returns the problem of the first *Error in err's chain, 0 if there
// is none.
func ProblemOf(err error) Problem {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Problem
	}
	return 0
}
