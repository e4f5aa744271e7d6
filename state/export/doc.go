// Package export writes takes into a folder for others, and reads such a folder
// on another machine.
//
// The folder has the clips under names of a template, a sidecar for each, a
// contact sheet, a page that plays them, a table, and timelines of the picks
// for an editor. A manifest lists every file with its digest. Only files that
// a manifest lists, and that are still as they were written, are ever
// replaced; a folder that holds anything else is not touched. A folder is
// untrusted when it is read.
package export

import (
	"context"
	"errors"
	"fmt"

	"seedreel/client/usd"
	"seedreel/state/frames"
	"seedreel/state/job"
)

// Take is a clip with what is known of it.
type Take struct {
	// Job is the job as a record. Paths and links in it are not exported.
	Job job.Record `json:"job"`
	// Reel is the name of the reel, Shot the number of the shot from 1, 0 if
	// there is none; Name is the shot's name.
	Reel string `json:"reel,omitempty"`
	Shot int    `json:"shot,omitempty"`
	Name string `json:"name,omitempty"`
	// Number counts the takes of a shot from 1.
	Number int  `json:"take,omitempty"`
	Rating int  `json:"rating,omitempty"`
	Pick   bool `json:"pick,omitempty"`
	Reject bool `json:"reject,omitempty"`
	// Note is the person's own text.
	Note string `json:"note,omitempty"`
	// Parent is the job that this take comes from, How in which way.
	Parent string `json:"parent,omitempty"`
	How    string `json:"how,omitempty"`
	// Continued is set if the clip begins with the last picture of the pick
	// before.
	Continued bool `json:"continued,omitempty"`
	// File is the clip's name in the folder.
	File string `json:"file"`

	// Path is the clip on this machine.
	Path  string       `json:"-"`
	facts frames.Facts `json:"-"`
	still []byte       // JPEG, nil without ffmpeg
}

// Cost returns the best known price, nil if there is none.
func (t *Take) Cost() *usd.Micro {
	if t.Job.Charge != nil {
		return t.Job.Charge
	}
	return t.Job.Estimate
}

// Order is what to export.
type Order struct {
	// Dir is the folder; it is made if it is missing.
	Dir string
	// Template names the clips; "" is DefaultTemplate.
	Template string
	// Title is the name of the reel, or of what is exported.
	Title string
	Takes []Take
	// Reel is the reel as a text file, nil if there is none.
	Reel []byte
	// Replace lets the folder lose clips of an earlier export of something else.
	Replace bool
	// Tool makes the stills; without it the sheet and the page have none.
	Tool *frames.Tool
	// Progress is called, if set, after each clip.
	Progress func(done, total int)
}

// Result is what an export wrote.
type Result struct {
	// Files are the names in the folder, the manifest last.
	Files []string
	Bytes int64
	// Replaced is the number of files of an earlier export that were replaced
	// or removed.
	Replaced int
}

// Error describes why something cannot be exported or read. Its text is one
// sentence for a person.
type Error struct {
	Text string
	Err  error
}

// Error returns the sentence.
func (e *Error) Error() string { return e.Text }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

func wrong(err error, format string, a ...any) error {
	return &Error{Text: fmt.Sprintf(format, a...), Err: err}
}

// ErrOther is wrapped by the error of an export into a folder that would lose
// the clips of another one.
var ErrOther = errors.New("the folder holds another export")

// Write exports takes. The error is an *Error, unless the context ended.
func Write(ctx context.Context, o Order) (*Result, error) {
	p := &parcel{order: o}
	if err := p.look(); err != nil {
		return nil, err
	}
	if err := p.name(); err != nil {
		return nil, err
	}
	if err := p.stills(ctx); err != nil {
		return nil, err
	}
	if err := p.generate(); err != nil {
		return nil, err
	}
	return p.put(ctx)
}
