package simulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// record is one line of the journal. Exactly one of its fields is set.
type record struct {
	Task   *Task   `json:"task,omitempty"`
	Upload *upload `json:"upload,omitempty"`
	// Deleted lists tasks whose records were removed.
	Deleted []string `json:"deleted,omitempty"`
	// Cancelled is a task that was cancelled while it was queued.
	Cancelled *cancellation `json:"cancelled,omitempty"`
}

// cancellation is the end of a task before its work began.
type cancellation struct {
	ID string    `json:"id"`
	At time.Time `json:"at"`
}

// journal is an append-only file of JSON lines that several processes may
// share. Without a file it stores nothing.
type journal struct {
	mu   sync.Mutex
	file *os.File
	read int64 // everything before this offset has been replayed
	take func(record)
}

// openJournal opens or creates the file, readable by its owner alone: prompts
// are private. take is called with every record that catchUp reads.
func openJournal(path string, take func(record)) (*journal, error) {
	j := &journal{take: take}
	if path == "" {
		return j, nil
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the journal: %w", err)
	}
	j.file = f
	return j, nil
}

// append writes one record in one write, so that lines of several processes do
// not mix. It starts with a newline as well: if the last writer died in the
// middle of a line, only its own line is lost, and empty lines are ignored.
func (j *journal) append(rec record) error {
	if j.file == nil {
		return nil
	}
	line, err := json.Marshal(rec)
	if err != nil {
		return fmt.Errorf("writing the journal: %w", err)
	}
	line = append(append([]byte{'\n'}, line...), '\n')
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, err := j.file.Write(line); err != nil {
		return fmt.Errorf("writing the journal: %w", err)
	}
	return nil
}

// catchUp replays what any process has written since the last call. A line
// without its end is left for the next call; an invalid one is skipped.
func (j *journal) catchUp() error {
	if j.file == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	info, err := j.file.Stat()
	if err != nil {
		return fmt.Errorf("reading the journal: %w", err)
	}
	if info.Size() <= j.read {
		return nil
	}
	tail, err := io.ReadAll(io.NewSectionReader(j.file, j.read, info.Size()-j.read))
	if err != nil {
		return fmt.Errorf("reading the journal: %w", err)
	}
	end := bytes.LastIndexByte(tail, '\n') + 1
	for line := range bytes.Lines(tail[:end]) {
		var rec record
		if json.Unmarshal(line, &rec) == nil {
			j.take(rec)
		}
	}
	j.read += int64(end)
	return nil
}

func (j *journal) close() error {
	if j.file == nil {
		return nil
	}
	if err := j.file.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return fmt.Errorf("closing the journal: %w", err)
	}
	return nil
}
