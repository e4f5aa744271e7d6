package store

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"seedreel/client/usd"
	"seedreel/state/disk"
	"seedreel/state/job"
)

// receipt is a line of the second record of paid requests, which is in a file
// of its own: a destroyed database never loses a paid id. Prompt and values
// are left out, so that deleting a job leaves none of them here.
type receipt struct {
	job.Record
	// The keys of earlier versions.
	Provider    string     `json:"provider,omitempty"`
	EstimateUSD *usd.Micro `json:"estimate,omitempty"`
	Time        time.Time  `json:"time,omitzero"`
}

// record returns the line in the form of later versions.
func (r *receipt) record() job.Record {
	out := r.Record
	out.Service = cmp.Or(out.Service, r.Provider)
	out.Estimate = cmp.Or(out.Estimate, r.EstimateUSD)
	if out.SubmittedAt.IsZero() {
		out.SubmittedAt = r.Time
	}
	return out
}

// longestLine bounds one receipt in bytes.
const longestLine = 64 << 10

// AddReceipt appends one line with the ids, the time, the price and the account
// of a paid job and syncs it to disk before it returns. When the disk is full the
// ballast is dropped first.
func (s *Store) AddReceipt(ctx context.Context, paid job.Record) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("writing a receipt: %w", err)
	}
	r := job.Record{
		ID: paid.ID, RemoteID: paid.RemoteID, Service: paid.Service, Model: paid.Model, Estimate: paid.Estimate, SubmittedAt: paid.SubmittedAt,
		Account: paid.Account,
	}
	err := appendReceipt(s.ReceiptsPath(), r)
	if disk.Full(err) && s.dropBallast() {
		err = appendReceipt(s.ReceiptsPath(), r)
	}
	return err
}

func appendReceipt(path string, r job.Record) error {
	line, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("writing a receipt: %w", err)
	}
	_, statErr := os.Stat(path)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("opening the receipts: %w", err)
	}
	// After a cut line a new one must not be glued to it.
	if cut(f) {
		line = append([]byte{'\n'}, line...)
	}
	_, err = f.Write(append(line, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("writing a receipt: %w", err)
	}
	if statErr != nil {
		// Not every system can do that, and a failure has no remedy.
		_ = disk.SyncDir(filepath.Dir(path))
	}
	return nil
}

// cut reports whether the file's last line has no end.
func cut(f *os.File) bool {
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil || end == 0 {
		return false
	}
	var last [1]byte
	_, err = f.ReadAt(last[:], end-1)
	return err == nil && last[0] != '\n'
}

// ReadReceipts reads all receipts of a file, oldest first; a missing file has
// none. Cut or garbled lines are skipped and counted.
func ReadReceipts(path string) (receipts []job.Record, skipped int, err error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, fmt.Errorf("reading the receipts: %w", err)
	}
	receipts, skipped = parseReceipts(b)
	return receipts, skipped, nil
}

// lastReceipt returns the newest receipt of a file, nil if it has none. Only its
// end is read.
func lastReceipt(path string) (*job.Record, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil //nolint:nilnil // none is an answer
	}
	if err != nil {
		return nil, fmt.Errorf("reading the receipts: %w", err)
	}
	defer func() { _ = f.Close() }() // only read from
	size, err := f.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = f.Seek(max(size-longestLine, 0), io.SeekStart)
	}
	var b []byte
	if err == nil {
		b, err = io.ReadAll(f)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the receipts: %w", err)
	}
	receipts, _ := parseReceipts(b)
	if len(receipts) == 0 {
		return nil, nil //nolint:nilnil // none is an answer
	}
	return &receipts[len(receipts)-1], nil
}

func parseReceipts(b []byte) (receipts []job.Record, skipped int) {
	for line := range bytes.Lines(b) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		var r receipt
		if len(line) > longestLine || json.Unmarshal(line, &r) != nil || r.ID == "" || r.RemoteID == "" {
			skipped++
			continue
		}
		receipts = append(receipts, r.record())
	}
	return receipts, skipped
}
