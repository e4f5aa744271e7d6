package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode"

	"github.com/charmbracelet/x/term"
	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"seedreel/ui/safe"
)

// tell writes a line of progress to standard error, unless that is to be quiet.
func (c *commands) tell(format string, a ...any) {
	if !c.quiet {
		c.always(format, a...)
	}
}

// always writes a line to standard error. Foreign text in it is sanitised.
func (c *commands) always(format string, a ...any) {
	// A line that cannot be written is not an error.
	_, _ = fmt.Fprintln(c.o.Err, safe.Lines(fmt.Sprintf(format, a...)))
}

// print writes a line of result.
func (c *commands) print(format string, a ...any) error {
	_, err := fmt.Fprintln(c.o.Out, safe.Lines(fmt.Sprintf(format, a...)))
	return err
}

// encode returns a value as a line of JSON.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("writing JSON: %w", err)
	}
	return b.Bytes(), nil
}

// inert escapes what is valid in JSON but acts on a terminal: the second half
// of the control characters, and direction marks.
func inert(s string) string {
	if !strings.ContainsFunc(s, acting) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if acting(r) && r <= 0xffff {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func acting(r rune) bool {
	return r >= 0x7f && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r))
}

// jsonFlag adds --json.
func jsonFlag(cmd *cobra.Command, to *bool, what string) {
	cmd.Flags().BoolVar(to, "json", false, "write "+what+" as JSON; see seedreel help json")
}

// file is a stream that may be a terminal.
type file interface{ Fd() uintptr }

// terminal returns the descriptor of a stream, and whether it is a terminal.
func terminal(stream any) (fd uintptr, ok bool) {
	f, isFile := stream.(file)
	if !isFile || !term.IsTerminal(f.Fd()) {
		return 0, false
	}
	return f.Fd(), true
}

// readAll reads a whole stream of at most most bytes. A terminal may wait for a
// person forever, so it returns when ctx ends; the read itself then lasts until
// the program exits.
func readAll(ctx context.Context, r io.Reader, most int) (string, error) {
	return await(ctx, func() (string, error) {
		b, err := io.ReadAll(io.LimitReader(r, int64(most)+1))
		if err == nil && len(b) > most {
			err = exit(ExitInvalid, "the text is longer than %d bytes", most)
		}
		return string(b), err
	})
}

// readLine reads one line.
func readLine(ctx context.Context, r io.Reader, most int) (string, error) {
	return await(ctx, func() (string, error) {
		s, err := bufio.NewReader(io.LimitReader(r, int64(most))).ReadString('\n')
		if err == io.EOF {
			err = nil
		}
		return strings.TrimRight(s, "\r\n"), err
	})
}

func await[T any](ctx context.Context, read func() (T, error)) (T, error) {
	type result struct {
		got T
		err error
	}
	done := make(chan result, 1)
	go func() {
		s, err := read()
		done <- result{s, err}
	}()
	select {
	case r := <-done:
		return r.got, r.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

// openInput opens a named file, or standard input for "-".
func (c *commands) openInput(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(c.o.In), nil
	}
	return os.Open(name)
}

// meter is one line on a terminal's standard error that is overwritten again
// and again. Elsewhere it writes nothing.
type meter struct {
	w     io.Writer
	fd    uintptr
	on    bool
	shown bool
	last  time.Time
	now   func() time.Time
}

// meterPause is the least time between two drawings of the line.
const meterPause = 100 * time.Millisecond

func (c *commands) meter() *meter {
	fd, ok := terminal(c.o.Err)
	return &meter{w: c.o.Err, fd: fd, on: ok && c.o.Getenv("TERM") != "dumb", now: c.o.Now}
}

// set draws the line, unless it was drawn a moment ago.
func (m *meter) set(text safe.String) {
	now := m.now()
	if !m.on || m.shown && now.Sub(m.last) < meterPause {
		return
	}
	width, _, err := term.GetSize(m.fd)
	if err != nil || width < 2 {
		width = 80
	}
	m.shown, m.last = true, now
	// One cell stays free: a full line would wrap on some terminals.
	_, _ = fmt.Fprintf(m.w, "\r%s\x1b[K", safe.Truncate(text, width-1)) // decoration
}

// clear erases the line, before anything else is written.
func (m *meter) clear() {
	if m.shown {
		m.shown = false
		_, _ = io.WriteString(m.w, "\r\x1b[K") // decoration
	}
}

// barCells is the length of a bar.
const barCells = 24

// barOf draws a share as a bar of ASCII, which every font and screen reader
// supports.
func barOf(done, total int64) safe.String {
	if total <= 0 {
		return ""
	}
	n := int(min(max(done, 0), total) * barCells / total)
	return safe.Line("[" + strings.Repeat("#", n) + strings.Repeat("-", barCells-n) + "]")
}

// size formats a number of bytes for a person.
func size(n int64) safe.String { return safe.Line(humanize.Bytes(uint64(max(n, 0)))) }

// table aligns rows in columns; the last one is not padded.
func table(rows [][]safe.String) []safe.String {
	var widths []int
	for _, r := range rows {
		for i, cell := range r {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], cell.Width())
		}
	}
	out := make([]safe.String, len(rows))
	for i, r := range rows {
		var s safe.String
		for k, cell := range r {
			if k < len(r)-1 {
				cell = safe.PadRight(cell, widths[k]) + "  "
			}
			s += cell
		}
		out[i] = safe.Line(strings.TrimRight(string(s), " "))
	}
	return out
}

// printRows writes a table.
func (c *commands) printRows(rows [][]safe.String) error {
	for _, l := range table(rows) {
		if _, err := fmt.Fprintln(c.o.Out, l); err != nil {
			return err
		}
	}
	return nil
}
