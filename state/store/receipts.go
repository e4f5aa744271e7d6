package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"seedreel/client/usd"
)

// Receipt is the second record of a paid request, in a file of its own: a
// destroyed database never loses a paid id.
type Receipt struct {
	// ID is our own name for the job, RemoteID the service's.
	ID       string `json:"id"`
	RemoteID string `json:"remote_id"`
	Provider string `json:"provider"`
	Model    string `json:"model"`
	// Estimate is dollars in the file, nil when not known.
	Estimate *usd.Micro `json:"estimate,omitempty"`
	Time     time.Time  `json:"time"`
}

// longestLine bounds what is read as one receipt.
const longestLine = 64 << 10

// AddReceipt appends one line and has it on the disk before it returns. When
// the disk is full the ballast is thrown out first.
func (s *Store) AddReceipt(ctx context.Context, r Receipt) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("writing a receipt: %w", err)
	}
	err := appendReceipt(s.ReceiptsPath(), r)
	if errors.Is(err, syscall.ENOSPC) && s.dropBallast() {
		err = appendReceipt(s.ReceiptsPath(), r)
	}
	return err
}

func appendReceipt(path string, r Receipt) error {
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
		syncDir(filepath.Dir(path))
	}
	return nil
}

// cut tells whether the file's last line has no end.
func cut(f *os.File) bool {
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil || end == 0 {
		return false
	}
	var last [1]byte
	_, err = f.ReadAt(last[:], end-1)
	return err == nil && last[0] != '\n'
}

// syncDir makes the name of a new file durable. Not every system can do that
// to a folder, and none can do more about it.
func syncDir(dir string) {
	d, err := os.Open(dir)
	if err != nil {
		return
	}
	_ = d.Sync()
	_ = d.Close()
}

// ReadReceipts reads all receipts of a file, oldest first; a missing file has
// none. Lines that are cut or garbled are skipped and counted.
func ReadReceipts(path string) (receipts []Receipt, skipped int, err error) {
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

func parseReceipts(b []byte) (receipts []Receipt, skipped int) {
	for line := range bytes.Lines(b) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		var r Receipt
		if len(line) > longestLine || json.Unmarshal(line, &r) != nil || r.ID == "" || r.RemoteID == "" {
			skipped++
			continue
		}
		receipts = append(receipts, r)
	}
	return receipts, skipped
}
